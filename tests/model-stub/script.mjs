import { parseBehaviour } from './behaviour.mjs'

const mostRules = 1000

/**
 * A rule says what to do with calls to come: with those whose last user message contains `match`, or with any; for as
 * many as `times`, which is 1 for a rule without `match` and no limit for one with it. The rest of it is the behaviour.
 *
 * @typedef {{ match?: string, times?: number } & import('./behaviour.mjs').Behaviour} Rule
 */

export function createScript() {
  /** @type {{ match: string, left: number, behaviour: import('./behaviour.mjs').Behaviour }[]} */
  let rules = []
  return {
    /** Adds rules behind those that are there. @param {readonly Rule[]} added */
    add(added) {
      for (const { match = '', times = match === '' ? 1 : Infinity, ...behaviour } of added)
        rules.push({ match, left: times, behaviour })
    },
    /** The behaviour of the first rule that fits, which is used up by one. @param {string} question */
    take(question) {
      const rule = rules.find(({ match }) => question.includes(match))
      if (!rule) return null
      rule.left -= 1
      if (rule.left <= 0) rules = rules.filter((other) => other !== rule)
      return rule.behaviour
    },
    clear() {
      rules = []
    },
  }
}

/**
 * One rule or an array of them from JSON. Returns a sentence instead if they are none.
 * @param {unknown} value
 * @returns {Rule[] | string}
 */
export function parseRules(value) {
  const given = Array.isArray(value) ? value : [value]
  if (given.length > mostRules) return 'too many rules'
  /** @type {Rule[]} */
  const rules = []
  for (const rule of given) {
    if (typeof rule !== 'object' || rule === null) return 'a rule is an object'
    const { match, times, ...described } = /** @type {Record<string, unknown>} */ (rule)
    if (match !== undefined && typeof match !== 'string') return 'match is not a string'
    if (times !== undefined && !(typeof times === 'number' && Number.isInteger(times) && times > 0))
      return 'times is not a whole number above 0'
    const behaviour = parseBehaviour(described)
    if (typeof behaviour === 'string') return behaviour
    rules.push({ ...behaviour, ...(match !== undefined && { match }), ...(times !== undefined && { times }) })
  }
  return rules
}
