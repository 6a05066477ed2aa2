/* docs/other-programs.md must contain the code below verbatim. other-programs.test.ts compares the two. */
import { useChat } from '@ai-sdk/react'
import { DefaultChatTransport, type UIMessage } from 'ai'

/** `id`: of the conversation, a UUID of your own. `stored`: its messages, oldest first, if there are any. */
export function useGoldfish(url: string, token: string, id: string, stored: UIMessage[] = []) {
  const transport = new DefaultChatTransport({
    api: `${url}/api/chat`,
    headers: { authorization: `Bearer ${token}` },
    prepareSendMessagesRequest: ({ api, id, messages, trigger, messageId, body }) => {
      const { toolCallId, approved } = body ?? {}
      if (toolCallId) return { api: `${api}/${id}/approvals/${toolCallId}`, body: { approved } }
      if (trigger === 'regenerate-message')
        return { body: { conversationId: id, trigger, messageId, turnId: crypto.randomUUID() } }
      return { body: { conversationId: id, message: messages.at(-1) } }
    },
  })
  const resume = stored.length > 0
  return useChat({ id, messages: stored, transport, generateId: () => crypto.randomUUID(), resume })
}
