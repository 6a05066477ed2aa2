/**
 * @typedef {object} StubCall
 * @property {string} id
 * @property {string} name
 * @property {string} arguments as they are sent: JSON, or what a test wants to see refused
 */

const directive = /\[stub:tool=([^\s\]]{1,200})(?: ([^\]]{0,20000}))?\]/g
const mostRepeats = 1000

/**
 * The calls of this step, by directives in the question: `[stub:tool=create_todo {"title":"Milk"}]` makes one, several
 * stand for several at once, and `[stub:then]` parts the steps. `[stub:times=100]` makes each of them so often,
 * `[stub:again]` repeats the last step for ever, `[stub:same-id]` gives every call the same id, `[stub:defiant]` calls
 * also what it was told not to. `$id` is the first id in the results of the step before. Without tools nothing is called.
 *
 * @param {import('./chat-request.mjs').ChatRequest} request
 * @param {number} [call] its number
 * @returns {StubCall[]}
 */
export function plannedCalls({ question, messages, offersTools }, call = 0) {
  if (!question.includes('[stub:tool=') || !(offersTools || question.includes('[stub:defiant]'))) return []
  const since = messages.slice(messages.findLastIndex((message) => roleOf(message) === 'user') + 1)
  const made = since.filter((message) => roleOf(message) === 'assistant').length
  const steps = question.split('[stub:then]').map((text) => [...text.matchAll(directive)])
  const step = steps[made] ?? (question.includes('[stub:again]') ? steps.at(-1) : undefined) ?? []
  const times = Math.min(Number(question.match(/\[stub:times=(\d{1,4})\]/)?.[1] ?? 1), mostRepeats)
  const id = idIn(since)
  return step
    .flatMap((found) => Array.from({ length: times }, () => found))
    .map(([, name = '', given = '{}'], index) => ({
      id: question.includes('[stub:same-id]') ? 'call_0' : `call_${call}_${index}`,
      name,
      arguments: given.replaceAll('$id', id),
    }))
}

/** @param {readonly unknown[]} messages since the question */
function idIn(messages) {
  const results = messages.slice(messages.findLastIndex((message) => roleOf(message) === 'assistant') + 1)
  const text = results.map((message) => String(/** @type {{ content?: unknown }} */ (message).content)).join('\n')
  return text.match(/"id":"([0-9a-f-]{36})"/)?.[1] ?? ''
}

/** @param {unknown} message */
const roleOf = (message) =>
  typeof message === 'object' && message !== null ? /** @type {{ role?: unknown }} */ (message).role : undefined
