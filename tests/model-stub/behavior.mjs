/**
 * How the stub answers one call. All fields are optional. The values of `cut`, `garbage`, `stall`, `error` and `end`
 * are the number of tokens that are sent before that happens.
 *
 * @typedef {object} Behavior
 * @property {number} [status] responds with this error status, 400 to 599, instead of an answer
 * @property {number} [retryAfterSeconds] with `status`: the Retry-After header
 * @property {boolean} [hang] accepts the call and never responds
 * @property {number} [ttftMs] milliseconds before the first token
 * @property {number} [gapMs] milliseconds between tokens
 * @property {number} [tokens] length of the answer; `max_tokens` is respected
 * @property {string} [text] the text of the answer instead of a generated one; if there are tool calls, it follows them
 * @property {string} [raw] the body of the response, which is sent unchanged; only in a script
 * @property {string} [say] text before tool calls
 * @property {boolean} [reasoning] sends reasoning before the answer
 * @property {boolean} [echo] answers with the number of the call and the beginning of the question, so that no two
 *   answers are the same
 * @property {boolean} [endless] sends 100,000 tokens and ignores `max_tokens`
 * @property {boolean} [empty] sends a stream without tokens and finish reason
 * @property {number} [cut] destroys the connection
 * @property {number} [garbage] continues with data that is not JSON
 * @property {number} [stall] stops sending and leaves the connection open
 * @property {number} [error] sends an error event
 * @property {number} [end] ends the stream with [DONE] but without a finish reason
 * @property {boolean} [strict] refuses messages that are empty or whose roles do not alternate, as some chat
 *   templates do
 * @property {boolean} [textonly] refuses images
 * @property {boolean} [nan] sends embeddings of NaN, as some servers written in Python do
 * @property {boolean} [zero] sends embeddings of zeros
 * @property {boolean} [short] sends embeddings with one dimension less than requested
 */

/** The fields with whole numbers, and their maximum values. */
const maxValues = Object.freeze({
  status: 599,
  retryAfterSeconds: 86_400,
  ttftMs: 300_000,
  gapMs: 60_000,
  tokens: 100_000,
  cut: 100_000,
  garbage: 100_000,
  stall: 100_000,
  error: 100_000,
  end: 100_000,
})
const flags = Object.freeze([
  'hang',
  'reasoning',
  'echo',
  'endless',
  'empty',
  'strict',
  'textonly',
  'nan',
  'zero',
  'short',
])
/** Directives whose name is shorter than the name of the field. */
const shortNames = Object.freeze({ 'retry-after': 'retryAfterSeconds', ttft: 'ttftMs', gap: 'gapMs' })

/**
 * Parses a behavior from JSON. Returns an error message if it is invalid.
 * @param {unknown} value
 * @returns {Behavior | string}
 */
export function parseBehavior(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'a behavior must be an object'
  /** @type {Record<string, unknown>} */
  const behavior = {}
  for (const [name, field] of Object.entries(value)) {
    if (!accepts(name, field))
      return `${JSON.stringify(name.slice(0, 40))} is not a field of a behavior, or its value is wrong`
    behavior[name] = field
  }
  return behavior
}

/**
 * Reads the directives of a message, like `[stub:429]`, `[stub:cut=5]` and `[stub:text=…]`. Invalid ones are ignored.
 * @param {string} text
 * @returns {Behavior}
 */
export function readDirectives(text) {
  /** @type {Record<string, unknown>} */
  const behavior = {}
  if (!text.includes('[stub:')) return behavior
  for (const [, word = '', value] of text.matchAll(/\[stub:([a-z0-9-]{1,20})(?:=([^\]]{0,10000}))?\]/g)) {
    const name = /^[45]\d\d$/.test(word) ? 'status' : (own(shortNames, word) ?? word)
    const field = name === 'status' ? Number(word) : readValue(name, value)
    if (accepts(name, field)) behavior[name] = field
  }
  return behavior
}

/** @param {string} name @param {string | undefined} value */
function readValue(name, value) {
  if (name === 'text' || name === 'say') return value
  // `[stub:cut]` means `[stub:cut=0]`, and `[stub:reasoning]` means true.
  if (value === undefined) return Object.hasOwn(maxValues, name) ? 0 : true
  return /^\d{1,6}$/.test(value) ? Number(value) : undefined
}

/** @param {string} name @param {unknown} field */
function accepts(name, field) {
  if (flags.includes(name)) return typeof field === 'boolean'
  if (name === 'text' || name === 'say' || name === 'raw') return typeof field === 'string' && field.length <= 100_000
  const max = own(maxValues, name)
  const min = name === 'status' ? 400 : 0
  return max !== undefined && typeof field === 'number' && Number.isInteger(field) && field >= min && field <= max
}

/** @template T @param {Readonly<Record<string, T>>} table @param {string} name @returns {T | undefined} */
const own = (table, name) => (Object.hasOwn(table, name) ? table[name] : undefined)
