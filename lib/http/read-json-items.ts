/** One small machine that reads JSON as it arrives and parses nothing: its states belong together. */
import { AppError } from '@/lib/errors'

/** An element of the array, as its text, or why it is not handed over. */
export type JsonItem = { text: string } | { refused: 'too large' | 'nested too deeply' }

export type JsonLimits = {
  /** Bytes of the whole body, and characters of one element. */
  bodyBytes: number
  itemCharacters: number
}

const mostDepth = 64
/** Of what stands beside the array only its name is looked at; before the array it must not be longer than that. */
const mostBeside = 1024 * 1024

/**
 * The elements of a large body: of an array, or of the array `list` in an object; one at a time, so that what is held is one of
 * them and not all. Throws `unsupported_media_type`, `body_too_large`, or `invalid_request` as soon as the text cannot be
 * such JSON; what was handed over before that was whole.
 */
export async function* readJsonItems(
  body: { type: string | null; declaredBytes: number; content: ReadableStream<Uint8Array> | null; list: string },
  limits: JsonLimits,
): AsyncGenerator<JsonItem, void, undefined> {
  const reader = body.content?.getReader()
  let received = 0
  const next = async () => {
    const chunk = (await reader?.read())?.value
    received += chunk?.byteLength ?? 0
    return chunk
  }
  try {
    const type = body.type?.split(';')[0]?.trim().toLowerCase()
    if (type !== 'application/json') throw new AppError('unsupported_media_type')
    if (body.declaredBytes > limits.bodyBytes) throw new AppError('body_too_large')
    const scanner = createScanner(body.list, limits.itemCharacters)
    const decoder = new TextDecoder('utf-8', { fatal: true })
    for (let chunk = await next(); chunk; chunk = await next()) {
      if (received > limits.bodyBytes) throw new AppError('body_too_large')
      const bytes = chunk
      yield* scanner.read(decode(() => decoder.decode(bytes, { stream: true })))
    }
    yield* scanner.read(decode(() => decoder.decode()))
    scanner.end()
  } finally {
    // What is left of a refused body is not read: the server closes the connection. Canceling here would close it before
    // the answer is written.
    reader?.releaseLock()
  }
}

function decode(read: () => string): string {
  try {
    return read()
  } catch (cause) {
    throw new AppError('invalid_request', { cause, detail: 'The body is not UTF-8 text.' })
  }
}

const notJson = (detail: string) => new AppError('invalid_request', { detail })

function createScanner(list: string, itemCharacters: number) {
  let depth = 0
  let inString = false
  let isEscaped = false
  let isOver = false
  /** The depth at which elements are told apart; 0 until the array is there. */
  let itemDepth = 0
  let isFound = false
  /** The element, or the member of the object, that is being read. */
  let piece: string[] = []
  let pieceLength = 0
  let isTooDeep = false
  const listName = new RegExp(String.raw`^\s*"${list}"\s*:\s*$`)

  const keep = (text: string) => {
    pieceLength += text.length
    const most = itemDepth > 0 ? itemCharacters : mostBeside
    if (pieceLength <= most) piece.push(text)
    else if (itemDepth === 0 && !isFound) throw notJson('The file has something other than conversations in it.')
    else piece = []
  }
  /** What was read since the last comma, if that is an element. */
  const take = (): JsonItem | null => {
    const item: JsonItem = isTooDeep
      ? { refused: 'nested too deeply' }
      : pieceLength > itemCharacters
        ? { refused: 'too large' }
        : { text: piece.join('') }
    const isEmpty = 'text' in item && item.text.trim() === ''
    piece = []
    pieceLength = 0
    isTooDeep = false
    return isEmpty ? null : item
  }

  function* read(text: string): Generator<JsonItem, void, undefined> {
    let from = 0
    for (let index = 0; index < text.length; index++) {
      const sign = text[index] ?? ''
      if (inString) {
        if (isEscaped) isEscaped = false
        else if (sign === '\\') isEscaped = true
        else if (sign === '"') inString = false
        continue
      }
      if (depth === 0 && !/\s/.test(sign) && sign !== '\ufeff' && (isOver || (sign !== '[' && sign !== '{')))
        throw notJson('The file is neither a JSON array nor an object.')
      switch (sign) {
        case '"':
          inString = true
          break
        case '[':
        case '{': {
          depth += 1
          if (depth === 1 && sign === '[') itemDepth = 1
          const beside = depth === 2 && itemDepth === 0 && sign === '[' ? piece.join('') + text.slice(from, index) : ''
          if (!isFound && listName.test(beside)) itemDepth = 2
          if (depth === 1 || (beside !== '' && itemDepth === 2)) {
            isFound ||= itemDepth > 0
            from = index + 1
            piece = []
            pieceLength = 0
          }
          if (depth > mostDepth) isTooDeep = true
          break
        }
        case ',':
          if (depth !== Math.max(1, itemDepth)) break
          keep(text.slice(from, index))
          from = index + 1
          if (itemDepth > 0) {
            const item = take()
            if (!item) throw notJson('The file has an empty place where a conversation should be.')
            yield item
          } else take()
          break
        case ']':
        case '}': {
          depth -= 1
          if (depth < 0) throw notJson('The file closes more than it opens.')
          const isEnd = itemDepth > 0 && depth === itemDepth - 1
          if (isEnd && sign !== ']') throw notJson('The list of conversations is broken.')
          if (isEnd) {
            keep(text.slice(from, index))
            from = index + 1
            const item = take()
            itemDepth = 0
            if (item) yield item
          }
          if (depth === 0) isOver = true
          break
        }
      }
    }
    if (depth > 0) keep(text.slice(from))
  }

  return {
    read,
    end: () => {
      if (!isOver || inString) throw notJson('The file is cut off.')
      if (!isFound) throw notJson('There are no conversations in the file.')
    },
  }
}
