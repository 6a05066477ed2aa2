/**
 * What the stub does with one call. Every field may be left out. The numbers of `cut`, `garbage`, `stall`, `error` and
 * `end` say after how many tokens.
 *
 * @typedef {object} Behaviour
 * @property {number} [status] answers with this error status, 400 to 599, and no stream
 * @property {number} [retryAfterSeconds] with `status`: the Retry-After header
 * @property {boolean} [hang] takes the call and never answers
 * @property {number} [ttftMs] milliseconds before the first token
 * @property {number} [gapMs] milliseconds between tokens
 * @property {number} [tokens] length of the answer; `max_tokens` is respected
 * @property {string} [text] the answer, instead of the one made from the question; after its calls, if it makes any
 * @property {string} [raw] the unchanged body of the response; only in a script
 * @property {string} [say] what it says before it calls tools
 * @property {boolean} [reasoning] puts some reasoning before the answer
 * @property {boolean} [echo] the answer is the number of the call and how the question begins: no two calls answer the same
 * @property {boolean} [endless] 100,000 tokens, whatever `max_tokens` says
 * @property {boolean} [empty] a stream without a token or a finish
 * @property {number} [cut] destroys the connection
 * @property {number} [garbage] goes on with what is not JSON
 * @property {number} [stall] goes silent, the connection stays open
 * @property {number} [error] sends an error event
 * @property {number} [end] ends the stream properly, but without a finish
 * @property {boolean} [strict] refuses messages whose roles do not alternate, that begin with an answer, or are empty
 * @property {boolean} [textonly] refuses images
 * @property {boolean} [nan] embeddings of NaN, as servers written in Python send them
 * @property {boolean} [zero] embeddings of zeros
 * @property {boolean} [short] embeddings of one dimension less than usual
 */

/** Whole numbers and their largest value. */
const numbers = Object.freeze({
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
/** Directives whose name is shorter than the field's. */
const shortNames = Object.freeze({ 'retry-after': 'retryAfterSeconds', ttft: 'ttftMs', gap: 'gapMs' })

/**
 * A behaviour from JSON. Returns a sentence instead if it is none.
 * @param {unknown} value
 * @returns {Behaviour | string}
 */
export function parseBehaviour(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'a behaviour is an object'
  /** @type {Record<string, unknown>} */
  const behaviour = {}
  for (const [name, field] of Object.entries(value)) {
    if (!accepts(name, field))
      return `${JSON.stringify(name.slice(0, 40))} is not a field of a behaviour, or its value is wrong`
    behaviour[name] = field
  }
  return behaviour
}

/**
 * The directives in a message: `[stub:429]`, `[stub:cut=5]`, `[stub:text=…]`. Those that are none are left alone: a text
 * in which somebody else's brackets stand is a text.
 * @param {string} text
 * @returns {Behaviour}
 */
export function readDirectives(text) {
  /** @type {Record<string, unknown>} */
  const behaviour = {}
  if (!text.includes('[stub:')) return behaviour
  for (const [, word = '', value] of text.matchAll(/\[stub:([a-z0-9-]{1,20})(?:=([^\]]{0,10000}))?\]/g)) {
    const name = /^[45]\d\d$/.test(word) ? 'status' : (own(shortNames, word) ?? word)
    const field = name === 'status' ? Number(word) : readValue(name, value)
    if (accepts(name, field)) behaviour[name] = field
  }
  return behaviour
}

/** @param {string} name @param {string | undefined} value */
function readValue(name, value) {
  if (name === 'text' || name === 'say') return value
  // `[stub:cut]` is `[stub:cut=0]`, `[stub:reasoning]` is true.
  if (value === undefined) return Object.hasOwn(numbers, name) ? 0 : true
  return /^\d{1,6}$/.test(value) ? Number(value) : undefined
}

/** @param {string} name @param {unknown} field */
function accepts(name, field) {
  if (flags.includes(name)) return typeof field === 'boolean'
  if (name === 'text' || name === 'say' || name === 'raw') return typeof field === 'string' && field.length <= 100_000
  const most = own(numbers, name)
  const least = name === 'status' ? 400 : 0
  return most !== undefined && typeof field === 'number' && Number.isInteger(field) && field >= least && field <= most
}

/** @template T @param {Readonly<Record<string, T>>} table @param {string} name @returns {T | undefined} */
const own = (table, name) => (Object.hasOwn(table, name) ? table[name] : undefined)
