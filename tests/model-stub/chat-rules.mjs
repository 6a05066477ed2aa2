/**
 * Returns why a server with these restrictions would reject the messages, or null.
 * @param {import('./chat-request.mjs').ChatRequest} chat
 * @param {import('./behavior.mjs').Behavior} behavior
 */
export function refusalOf({ messages }, { strict, textonly }) {
  const chat = /** @type {{ role: string, content?: unknown, tool_calls?: unknown[] }[]} */ (messages)
  if (textonly && chat.some(({ content }) => Array.isArray(content) && content.some(isImage)))
    return 'this model does not support image input'
  return strict ? findMisplaced(chat.filter(({ role }) => role !== 'system')) : null
}

/** @param {{ type?: string }} part */
const isImage = ({ type }) => type === 'image_url'

/**
 * Checks messages like the chat templates of Mistral and Gemma.
 * @param {readonly { role: string, content?: unknown, tool_calls?: unknown[] }[]} chat
 */
function findMisplaced(chat) {
  for (const [index, { role, content, tool_calls: calls }] of chat.entries()) {
    const before = chat[index - 1]?.role ?? 'system'
    const follows =
      { user: ['system', 'assistant'], assistant: ['user', 'tool'], tool: ['assistant', 'tool'] }[role] ?? []
    if (!follows.includes(before)) return `conversation roles must alternate, not ${before}, ${role}`
    const text = typeof content === 'string' ? content : Array.isArray(content) ? JSON.stringify(content) : ''
    if (text.trim() === '' && !calls?.length) return 'content must not be empty'
  }
  return chat.at(-1)?.role === 'assistant' ? 'the last message must not be an answer' : null
}
