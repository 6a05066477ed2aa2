/**
 * @typedef {object} StubCall
 * @property {string} id
 * @property {string} name
 * @property {string} arguments the text that is sent: JSON, or invalid arguments that should be refused
 */

const directive = /\[stub:tool=([^\s\]]{1,200})(?: ([^\]]{0,20000}))?\]/g
const maxRepeats = 1000

/**
 * Returns the tool calls of this step, which are set by directives in the question:
 *
 *     [stub:tool=create_todo {"title":"Milk"}] [stub:then] [stub:tool=complete_todo {"id":"$id"}]
 *
 * Several `[stub:tool]` directives make several calls at once, and `[stub:then]` separates steps. `$id` is replaced by
 * the first id in the results of the previous step. `[stub:times=100]` repeats each call, `[stub:again]` repeats the
 * last step forever, and `[stub:same-id]` gives every call the same id. A request that offers no tools or forbids calls
 * gets none, except with `[stub:defiant]`.
 *
 * @param {import('./chat-request.mjs').ChatRequest} request
 * @param {number} [call] the number of the call
 * @returns {StubCall[]}
 */
export function plannedCalls({ question, messages, offersTools }, call = 0) {
  if (!question.includes('[stub:tool=') || !(offersTools || question.includes('[stub:defiant]'))) return []
  const since = messages.slice(messages.findLastIndex((message) => roleOf(message) === 'user') + 1)
  const stepsDone = since.filter((message) => roleOf(message) === 'assistant').length
  const steps = question.split('[stub:then]').map((text) => [...text.matchAll(directive)])
  const step = steps[stepsDone] ?? (question.includes('[stub:again]') ? steps.at(-1) : undefined) ?? []
  const times = Math.min(Number(question.match(/\[stub:times=(\d{1,4})\]/)?.[1] ?? 1), maxRepeats)
  const id = firstId(since)
  return step
    .flatMap((found) => Array.from({ length: times }, () => found))
    .map(([, name = '', input = '{}'], index) => ({
      id: question.includes('[stub:same-id]') ? 'call_0' : `call_${call}_${index}`,
      name,
      arguments: input.replaceAll('$id', id),
    }))
}

/**
 * Returns the first id in the results of the last step.
 * @param {readonly unknown[]} messages the messages after the question
 */
function firstId(messages) {
  const results = messages.slice(messages.findLastIndex((message) => roleOf(message) === 'assistant') + 1)
  const text = results.map((message) => String(/** @type {{ content?: unknown }} */ (message).content)).join('\n')
  return text.match(/"id":"([0-9a-f-]{36})"/)?.[1] ?? ''
}

/** @param {unknown} message */
const roleOf = (message) =>
  typeof message === 'object' && message !== null ? /** @type {{ role?: unknown }} */ (message).role : undefined
