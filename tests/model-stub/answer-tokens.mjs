/** The words of generated answers. No word may occur twice. */
const words = Object.freeze(
  `amber bridge candle delta ember falcon garden harbor island jungle kernel lantern meadow nectar ocean pebble quartz
  river saddle timber umbrella valley willow xylem yonder zephyr anchor basil cobalt daisy engine fable`.split(/\s+/),
)

const endlessTokens = 100_000
const defaultTokens = 20
/** The maximum number of characters of the question that `echo` repeats. */
const echoedCharacters = 1000

/**
 * Returns the tokens of an answer. They depend on the question and on the number of messages, so that the same request
 * always gets the same answer and another request gets a different one.
 * @param {import('./chat-request.mjs').ChatRequest} request
 * @param {import('./behavior.mjs').Behavior} behavior
 * @param {number} [call] the number of the call
 * @returns {{ tokens: readonly string[], finish: 'stop' | 'length' }}
 */
export function answerTokens(request, behavior, call = 0) {
  const limit = behavior.endless ? endlessTokens : (request.maxTokens ?? endlessTokens)
  const text =
    behavior.text ?? (behavior.echo ? `Answer ${call} to: ${request.question.slice(0, echoedCharacters)}` : undefined)
  const all = text === undefined ? makeTokens(request, behavior) : splitTokens(text)
  return all.length > limit
    ? { tokens: all.slice(0, limit), finish: 'length' }
    : { tokens: all, finish: behavior.endless ? 'length' : 'stop' }
}

/** @param {import('./chat-request.mjs').ChatRequest} request @param {import('./behavior.mjs').Behavior} behavior */
function makeTokens(request, behavior) {
  const count = behavior.endless ? endlessTokens : (behavior.tokens ?? defaultTokens)
  let state = hash(`${request.messages.length}\n${request.question}`)
  /** @type {string[]} */
  const tokens = []
  for (let index = 0; index < count; index++) {
    // One step of a linear congruential generator, which is random enough here.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const word = words[(state >>> 16) % words.length] ?? ''
    tokens.push(index === 0 ? word : ` ${word}`)
  }
  return tokens
}

/** Splits a text into words with the white space before them. Joined, they are the text again. @param {string} text */
const splitTokens = (text) => text.match(/\s*\S+|\s+$/g) ?? []

/** FNV-1a, 32 bits. @param {string} text */
function hash(text) {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value >>> 0
}
