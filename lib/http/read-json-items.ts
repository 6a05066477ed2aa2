/**
 * A single state machine that scans JSON while it arrives and parses nothing. It is one file because
 * its states depend on each other.
 */
import { setImmediate } from 'node:timers/promises'
import { AppError } from '@/lib/errors'

/** The text of an item, or the reason why it is left out. */
export type JsonItem =
  | { text: string; values: number }
  | { refused: 'too large' | 'nested too deeply' | 'too many values' }

type JsonLimits = {
  /** The maximum number of bytes of the whole body. */
  bodyBytes: number
  /** The maximum number of characters of one item. */
  itemCharacters: number
  /**
   * The maximum number of members and elements in one item, at all depths. The memory of `JSON.parse` depends on it
   * more than on the length of the text: 16 MiB of `{},{},…` take 300 MiB.
   */
  itemValues: number
}

const maxDepth = 64
/** The maximum number of characters of one member before the list. Only the names of such members are examined. */
const maxMemberCharacters = 1024 * 1024
/** The name of the list is recognized only within this many characters of a member, including white space. */
const maxNameCharacters = 200
/** The number of bytes that are scanned before yielding to other requests. */
const sliceBytes = 64 * 1024

/**
 * Yields the items of a large body, which is an array or an object with the array `list`. Only one item is held in
 * memory at a time. Throws `unsupported_media_type`, `body_too_large`, or `invalid_request` as soon as the text
 * cannot be such JSON. All items yielded before an error are complete.
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
        // Chunks that have already arrived are read without yielding to the event loop.
        await setImmediate()
        scanned = 0
      }
    }
    yield* scanner.read(decode(() => decoder.decode()))
    scanner.end()
  } finally {
    // The rest of a rejected body is not read: the server closes the connection. Canceling the reader here would
    // close it before the response is written.
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

const codes = Object.freeze({
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
 * Whether a character outside of strings matters. Around the outermost value, every character
 * except white space does.
 */
function isStructural(code: number, depth: number): boolean {
  if (depth === 0) return code > 0x20 && code !== 0xfeff
  return (
    code === codes.comma ||
    code === codes.colon ||
    code === codes.quote ||
    code === codes.openBracket ||
    code === codes.closeBracket ||
    code === codes.openBrace ||
    code === codes.closeBrace
  )
}

function createScanner(list: string, { itemCharacters, itemValues }: JsonLimits) {
  let depth = 0
  let inString = false
  let isEscaped = false
  let isFinished = false
  /** The depth of the items; 0 outside of the list. */
  let itemDepth = 0
  let isFound = false
  /** The item, or the member of the object, that is being read. */
  let piece: string[] = []
  let pieceLength = 0
  let values = 0
  let isTooDeep = false
  const listName = new RegExp(String.raw`^\s*"${list}"\s*:\s*$`)

  const append = (text: string) => {
    pieceLength += text.length
    const max = itemDepth > 0 ? itemCharacters : maxMemberCharacters
    if (pieceLength <= max) piece.push(text)
    else if (itemDepth === 0 && !isFound) throw notJson('The file contains something other than conversations.')
    else piece = []
  }
  const startPiece = () => {
    piece = []
    pieceLength = 0
    values = 0
    isTooDeep = false
  }
  /** Returns the text since the last comma as an item, or null if it is empty. */
  const finishItem = (): JsonItem | null => {
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
    if (isFound || pieceLength + index - from > maxNameCharacters) return false
    return listName.test(piece.join('') + text.slice(from, index))
  }

  /**
   * Returns the index of the next character that can change the state, or the end. This is the only
   * loop over all characters.
   */
  const findNext = (text: string, from: number) => {
    let index = from
    if (inString) {
      for (; index < text.length; index++) {
        const code = text.charCodeAt(index)
        if (isEscaped) isEscaped = false
        else if (code === codes.backslash) isEscaped = true
        else if (code === codes.quote) break
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
      const isOpening = code === codes.openBracket || code === codes.openBrace
      if (depth === 0 && (isFinished || !isOpening)) throw notJson('The file is neither a JSON array nor an object.')
      switch (code) {
        case codes.quote:
          inString = true
          break
        case codes.colon:
          values += 1
          break
        case codes.openBracket:
        case codes.openBrace: {
          depth += 1
          values += 1
          const isArray = code === codes.openBracket
          if (depth === 1 && isArray) itemDepth = 1
          else if (depth === 2 && isArray && itemDepth === 0 && opensList(text, from, index)) itemDepth = 2
          if (depth === 1 || depth === itemDepth) {
            isFound ||= itemDepth > 0
            from = index + 1
            startPiece()
          }
          if (depth > maxDepth) isTooDeep = true
          break
        }
        case codes.comma:
          values += 1
          if (depth !== Math.max(1, itemDepth)) break
          append(text.slice(from, index))
          from = index + 1
          if (itemDepth > 0) {
            const item = finishItem()
            if (!item) throw notJson('A conversation is missing before a comma.')
            yield item
          } else startPiece()
          break
        case codes.closeBracket:
        case codes.closeBrace: {
          depth -= 1
          if (depth < 0) throw notJson('The file has more closing than opening brackets.')
          const isEnd = itemDepth > 0 && depth === itemDepth - 1
          if (isEnd && code !== codes.closeBracket) throw notJson('The list of conversations is malformed.')
          if (isEnd) {
            append(text.slice(from, index))
            from = index + 1
            const item = finishItem()
            itemDepth = 0
            if (item) yield item
          }
          if (depth === 0) isFinished = true
          break
        }
      }
    }
    if (depth > 0) append(text.slice(from))
  }

  return {
    read,
    end: () => {
      if (!isFinished || inString) throw notJson('The file is cut off.')
      if (!isFound) throw notJson('There are no conversations in the file.')
    },
  }
}
