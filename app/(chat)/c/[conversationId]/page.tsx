import { ChatScreen } from '@/components/chat/chat-screen'
import { requirePageSession } from '@/lib/http/page-session'

export default async function ConversationPage({ params }: { params: Promise<{ conversationId: string }> }) {
  const { conversationId } = await params
  const { user } = await requirePageSession(`/c/${conversationId}`)
  return <ChatScreen user={{ id: user.id, name: user.name }} />
}
