/** One small machine that reads JSON as it arrives and parses nothing: its states belong together. */
import { setImmediate } from 'node:timers/promises'
import { AppError } from '@/lib/errors'

/** An element of the array, as its text, or why it is not handed over. */
export type JsonItem =
  | { text: string; values: number }
  | { refused: 'too large' | 'nested too deeply' | 'too many values' }

export type JsonLimits = {
  /** Bytes of the whole body, and characters of one element. */
  bodyBytes: number
  itemCharacters: number
  /**
   * The maximum number of members and elements in one item, at all depths. The memory of `JSON.parse` depends on it
   * more than on the length of the text: 16 MiB of `{},{},…` take 300 MiB.
   */
  itemValues: number
}

const mostDepth = 64
/** Of what stands beside the array only its name is looked at; before the array it must not be longer than that. */
const mostBeside = 1024 * 1024
/**
 * The name of the list is recognized only within this many characters of a member up to its value, including white
 * space.
 */
const mostNameCharacters = 200
/** The number of bytes that are scanned before yielding to other requests. */
const sliceBytes = 64 * 1024

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
    const scanner = createScanner(body.list, limits)
    const decoder = new TextDecoder('utf-8', { fatal: true })
    let scanned = 0
    for (let chunk = await next(); chunk; chunk = await next()) {
      if (received > limits.bodyBytes) throw new AppError('body_too_large')
      for (let from = 0; from < chunk.length; from += sliceBytes) {
        const bytes = chunk.subarray(from, from + sliceBytes)
        yield* scanner.read(decode(() => decoder.decode(bytes, { stream: true })))
        scanned += bytes.length
        if (scanned < sliceBytes) continue
        // Chunks that have already arrived are read without a turn of the event loop.
        await setImmediate()
        scanned = 0
      }
    }
    yield* scanner.read(decode(() => decoder.decode()))
    scanner.end()
  } finally {
    // The rest of a refused body is not read: the server closes the connection. Canceling here would close it before
    // the response is written.
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

const signs = Object.freeze({
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
})

/**
 * Whether a character outside of strings matters. Around the outermost value, that is every character except white
 * space.
 */
function isStructural(code: number, depth: number): boolean {
  if (depth === 0) return code > 0x20 && code !== 0xfeff
  return (
    code === signs.comma ||
    code === signs.colon ||
    code === signs.quote ||
    code === signs.openBracket ||
    code === signs.closeBracket ||
    code === signs.openBrace ||
    code === signs.closeBrace
  )
}

function createScanner(list: string, { itemCharacters, itemValues }: JsonLimits) {
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
  let values = 0
  let isTooDeep = false
  const listName = new RegExp(String.raw`^\s*"${list}"\s*:\s*$`)

  const keep = (text: string) => {
    pieceLength += text.length
    const most = itemDepth > 0 ? itemCharacters : mostBeside
    if (pieceLength <= most) piece.push(text)
    else if (itemDepth === 0 && !isFound) throw notJson('The file has something other than conversations in it.')
    else piece = []
  }
  const startPiece = () => {
    piece = []
    pieceLength = 0
    values = 0
    isTooDeep = false
  }
  /** What was read since the last comma, if that is an element. */
  const take = (): JsonItem | null => {
    const item: JsonItem = isTooDeep
      ? { refused: 'nested too deeply' }
      : pieceLength > itemCharacters
        ? { refused: 'too large' }
        : values > itemValues
          ? { refused: 'too many values' }
          : { text: piece.join(''), values }
    const isEmpty = 'text' in item && item.text.trim() === ''
    startPiece()
    return isEmpty ? null : item
  }
  /** Whether a bracket opens the list. `beside` is the part of the member before it. */
  const opensList = (text: string, from: number, index: number) => {
    if (isFound || pieceLength + index - from > mostNameCharacters) return false
    return listName.test(piece.join('') + text.slice(from, index))
  }

  /**
   * Returns the index of the next character that can change the state, or the end. This is the only loop over all
   * characters.
   */
  const findNext = (text: string, from: number) => {
    let index = from
    if (inString) {
      for (; index < text.length; index++) {
        const code = text.charCodeAt(index)
        if (isEscaped) isEscaped = false
        else if (code === signs.backslash) isEscaped = true
        else if (code === signs.quote) break
      }
      return index
    }
    while (index < text.length && !isStructural(text.charCodeAt(index), depth)) index += 1
    return index
  }

  function* read(text: string): Generator<JsonItem, void, undefined> {
    let from = 0
    for (let index = findNext(text, 0); index < text.length; index = findNext(text, index + 1)) {
      const code = text.charCodeAt(index)
      if (inString) {
        inString = false
        continue
      }
      const isOpening = code === signs.openBracket || code === signs.openBrace
      if (depth === 0 && (isOver || !isOpening)) throw notJson('The file is neither a JSON array nor an object.')
      switch (code) {
        case signs.quote:
          inString = true
          break
        case signs.colon:
          values += 1
          break
        case signs.openBracket:
        case signs.openBrace: {
          depth += 1
          values += 1
          const isArray = code === signs.openBracket
          if (depth === 1 && isArray) itemDepth = 1
          else if (depth === 2 && isArray && itemDepth === 0 && opensList(text, from, index)) itemDepth = 2
          if (depth === 1 || depth === itemDepth) {
            isFound ||= itemDepth > 0
            from = index + 1
            startPiece()
          }
          if (depth > mostDepth) isTooDeep = true
          break
        }
        case signs.comma:
          values += 1
          if (depth !== Math.max(1, itemDepth)) break
          keep(text.slice(from, index))
          from = index + 1
          if (itemDepth > 0) {
            const item = take()
            if (!item) throw notJson('The file has an empty place where a conversation should be.')
            yield item
          } else startPiece()
          break
        case signs.closeBracket:
        case signs.closeBrace: {
          depth -= 1
          if (depth < 0) throw notJson('The file closes more than it opens.')
          const isEnd = itemDepth > 0 && depth === itemDepth - 1
          if (isEnd && code !== signs.closeBracket) throw notJson('The list of conversations is broken.')
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
