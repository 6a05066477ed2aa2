import { ChatScreen } from '@/components/chat/chat-screen'
import { requirePageSession } from '@/lib/http/page-session'

export default async function NewChatPage() {
  const { user } = await requirePageSession('/')
  return <ChatScreen user={{ id: user.id, name: user.name }} />
}
