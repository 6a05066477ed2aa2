import { AppError } from '@/lib/errors'

const maxDepth = 32

/**
 * How much of a body that is too large is read and dropped before it is refused. A refusal that is sent while the client
 * still writes resets the connection, and the client never reads why.
 */
export const discardBytes = 64 * 1024 * 1024

/**
 * Reads a JSON body. Bytes are counted while they arrive, since Content-Length is only a claim. Throws
 * `unsupported_media_type`, `body_too_large` or `invalid_request`; the last also for text that Postgres cannot keep as
 * it is: U+0000 is refused by it, a lone surrogate is silently changed.
 */
export async function readJson(request: Request, limitBytes: number): Promise<unknown> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new AppError('unsupported_media_type')
  const text = await readText(request, limitBytes)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid_request', { cause, detail: 'The body is not valid JSON.' })
  }
  checkValue(value, '', 0)
  return value
}

async function readText(request: Request, limitBytes: number): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let received = 0
  try {
    for await (const chunk of request.body ?? []) {
      received += chunk.byteLength
      if (received > limitBytes + discardBytes) break
      if (received <= limitBytes) text += decoder.decode(chunk, { stream: true })
    }
    text += received <= limitBytes ? decoder.decode() : ''
  } catch (cause) {
    throw new AppError('invalid_request', { cause, detail: 'The body is not UTF-8 text, or was cut off.' })
  }
  if (received > limitBytes) throw new AppError('body_too_large')
  return text
}

function checkValue(value: unknown, path: string, depth: number): void {
  const refuse = (message: string): never => {
    throw new AppError('invalid_request', { fields: [{ path, message }] })
  }
  if (depth > maxDepth) refuse('is nested too deeply')
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) refuse('has a character that cannot be stored')
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) checkValue(item, `${path}[${index}]`, depth + 1)
  } else if (value && typeof value === 'object') {
    for (const [key, item] of Object.entries(value)) {
      const inner = path === '' ? key : `${path}.${key}`
      checkValue(key, path, depth)
      checkValue(item, inner, depth + 1)
    }
  }
}
