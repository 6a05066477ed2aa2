/**
 * Returns why a server with these restrictions would reject the messages, or null.
 * @param {import('./chat-request.mjs').ChatRequest} chat
 * @param {import('./behaviour.mjs').Behaviour} behaviour
 */
export function refusalOf({ messages }, { strict, textonly }) {
  const said = /** @type {{ role: string, content?: unknown, tool_calls?: unknown[] }[]} */ (messages)
  if (textonly && said.some(({ content }) => Array.isArray(content) && content.some(isImage)))
    return 'this model does not support image input'
  return strict ? misplaced(said.filter(({ role }) => role !== 'system')) : null
}

/** @param {{ type?: string }} part */
const isImage = ({ type }) => type === 'image_url'

/** The check of the chat templates of Mistral and Gemma. @param {readonly { role: string, content?: unknown, tool_calls?: unknown[] }[]} said */
function misplaced(said) {
  for (const [index, { role, content, tool_calls: calls }] of said.entries()) {
    const before = said[index - 1]?.role ?? 'system'
    const follows =
      { user: ['system', 'assistant'], assistant: ['user', 'tool'], tool: ['assistant', 'tool'] }[role] ?? []
    if (!follows.includes(before)) return `conversation roles must alternate, not ${before}, ${role}`
    const text = typeof content === 'string' ? content : Array.isArray(content) ? JSON.stringify(content) : ''
    if (text.trim() === '' && !calls?.length) return 'content must not be empty'
  }
  return said.at(-1)?.role === 'assistant' ? 'the last message must not be an answer' : null
}
