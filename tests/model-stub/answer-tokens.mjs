/** Words an answer is made of: short, harmless, and none of them twice. */
const words = Object.freeze(
  `amber bridge candle delta ember falcon garden harbor island jungle kernel lantern meadow nectar ocean pebble quartz
  river saddle timber umbrella valley willow xylem yonder zephyr anchor basil cobalt daisy engine fable`.split(/\s+/),
)

const endlessTokens = 100_000
const defaultTokens = 20
/** Of a long question; models have limits. */
const echoedCharacters = 1000

/**
 * The tokens of an answer. The same question after the same number of messages gets the same words, another question or
 * a longer conversation gets others.
 * @param {import('./chat-request.mjs').ChatRequest} request
 * @param {import('./behaviour.mjs').Behaviour} behaviour
 * @param {number} [call] its number
 * @returns {{ tokens: readonly string[], finish: 'stop' | 'length' }}
 */
export function answerTokens(request, behaviour, call = 0) {
  const limit = behaviour.endless ? endlessTokens : (request.maxTokens ?? endlessTokens)
  const text =
    behaviour.text ?? (behaviour.echo ? `Answer ${call} to: ${request.question.slice(0, echoedCharacters)}` : undefined)
  const wanted = text === undefined ? makeTokens(request, behaviour) : splitTokens(text)
  return wanted.length > limit
    ? { tokens: wanted.slice(0, limit), finish: 'length' }
    : { tokens: wanted, finish: behaviour.endless ? 'length' : 'stop' }
}

/** @param {import('./chat-request.mjs').ChatRequest} request @param {import('./behaviour.mjs').Behaviour} behaviour */
function makeTokens(request, behaviour) {
  const count = behaviour.endless ? endlessTokens : (behaviour.tokens ?? defaultTokens)
  let state = hash(`${request.messages.length}\n${request.question}`)
  /** @type {string[]} */
  const tokens = []
  for (let index = 0; index < count; index++) {
    // A linear congruential step: no need for more than "different".
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    const word = words[(state >>> 16) % words.length] ?? ''
    tokens.push(index === 0 ? word : ` ${word}`)
  }
  return tokens
}

/** Words with the white space before them; joined they are the text again. @param {string} text */
const splitTokens = (text) => text.match(/\s*\S+|\s+$/g) ?? []

/** FNV-1a, 32 bits. @param {string} text */
function hash(text) {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value >>> 0
}
