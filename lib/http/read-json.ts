import { AppError } from '@/lib/errors'

const maxDepth = 32
/**
 * Exceeds the longest history that `/v1` accepts. It limits the number of errors that a schema can
 * report, and so the work of validation.
 */
const maxValues = 20_000

/** A body up to this size may be read before the caller is verified, because reading it costs less than the lookup. */
export const smallBodyBytes = 64 * 1024

/**
 * Reads a JSON body. Counts the bytes as they arrive, because Content-Length may be wrong. `beforeLarge` runs
 * before more than `smallBodyBytes` are read, and if it throws, the body is rejected. Throws
 * `unsupported_media_type`, `body_too_large` or `invalid_request`, the last also for text that Postgres cannot
 * store unchanged: it rejects U+0000 and silently replaces lone surrogates. The rest of a rejected body is not
 * read: the server closes the connection.
 */
export async function readJson(
  request: Request,
  limitBytes: number,
  beforeLarge: () => Promise<unknown> = async () => undefined,
): Promise<unknown> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') throw new AppError('unsupported_media_type')
  const text = await readText(request, limitBytes, beforeLarge)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new AppError('invalid_request', { cause, detail: 'The body is not valid JSON.' })
  }
  checkValue(value)
  return value
}

async function readText(request: Request, limitBytes: number, beforeLarge: () => Promise<unknown>): Promise<string> {
  const declaredBytes = Number(request.headers.get('content-length')) || 0
  const reader = request.body?.getReader()
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let received = 0
  let isLarge = false
  const allowLarge = async () => {
    if (!isLarge) await beforeLarge()
    isLarge = true
    if (Math.max(received, declaredBytes) > limitBytes) throw new AppError('body_too_large')
  }
  try {
    if (declaredBytes > smallBodyBytes) await allowLarge()
    for (;;) {
      const chunk = (await whole(() => reader?.read()))?.value
      received += chunk?.byteLength ?? 0
      if (received > Math.min(smallBodyBytes, limitBytes)) await allowLarge()
      text += await whole(() => decoder.decode(chunk, { stream: chunk !== undefined }))
      if (!chunk) return text
    }
  } finally {
    // Must not be canceled, because that would close the connection before the response is written.
    reader?.releaseLock()
  }
}

async function whole<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    throw new AppError('invalid_request', { cause, detail: 'The body is not UTF-8 text, or was cut off.' })
  }
}

function checkValue(root: unknown): void {
  let count = 0
  const refuse = (path: string, message: string): never => {
    throw new AppError('invalid_request', { fields: [{ path: path.slice(0, 200), message }] })
  }
  const check = (value: unknown, path: string, depth: number): void => {
    count += 1
    if (count > maxValues) refuse(path, `is one of more than ${maxValues} values`)
    if (depth > maxDepth) refuse(path, 'is nested too deeply')
    if (typeof value === 'string') {
      checkText(value, path)
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) check(item, `${path}[${index}]`, depth + 1)
    } else if (value && typeof value === 'object') {
      for (const [key, item] of Object.entries(value)) {
        checkText(key, path)
        check(item, path === '' ? key : `${path}.${key}`, depth + 1)
      }
    }
  }
  const checkText = (text: string, path: string): void => {
    if (text.includes('\0') || !text.isWellFormed()) refuse(path, 'has a character that cannot be stored')
  }
  check(root, '', 0)
}
