import { parseBehavior } from './behavior.mjs'

const maxRules = 1000

/**
 * A rule for future calls: those whose last user message contains `match`, or any calls. It applies to `times` calls,
 * by default to 1 without `match` and to all with `match`. The other fields are the behavior.
 *
 * @typedef {{ match?: string, times?: number } & import('./behavior.mjs').Behavior} Rule
 */

export function createScript() {
  /** @type {{ match: string, left: number, behavior: import('./behavior.mjs').Behavior }[]} */
  let rules = []
  return {
    /** Appends rules. @param {readonly Rule[]} added */
    add(added) {
      for (const { match = '', times = match === '' ? 1 : Infinity, ...behavior } of added)
        rules.push({ match, left: times, behavior })
    },
    /** Returns the behavior of the first matching rule and counts this use of the rule. @param {string} question */
    next(question) {
      const rule = rules.find(({ match }) => question.includes(match))
      if (!rule) return null
      rule.left -= 1
      if (rule.left <= 0) rules = rules.filter((other) => other !== rule)
      return rule.behavior
    },
    clear() {
      rules = []
    },
  }
}

/**
 * Parses one rule or an array of rules from JSON. Returns an error message if they are invalid.
 * @param {unknown} value
 * @returns {Rule[] | string}
 */
export function parseRules(value) {
  const list = Array.isArray(value) ? value : [value]
  if (list.length > maxRules) return 'too many rules'
  /** @type {Rule[]} */
  const rules = []
  for (const rule of list) {
    if (typeof rule !== 'object' || rule === null) return 'a rule must be an object'
    const { match, times, ...described } = /** @type {Record<string, unknown>} */ (rule)
    if (match !== undefined && typeof match !== 'string') return 'match is not a string'
    if (times !== undefined && !(typeof times === 'number' && Number.isInteger(times) && times > 0))
      return 'times is not a whole number above 0'
    const behavior = parseBehavior(described)
    if (typeof behavior === 'string') return behavior
    rules.push({ ...behavior, ...(match !== undefined && { match }), ...(times !== undefined && { times }) })
  }
  return rules
}
