'use client'

import { useCallback, useRef, useState } from 'react'
import { Composer } from '@/components/chat/composer'
import { Greeting } from '@/components/chat/greeting'
import { OfflineModelBanner } from '@/components/chat/offline-model-banner'
import { Thread } from '@/components/chat/thread'
import { ThreadMissing } from '@/components/chat/thread-missing'
import { ThreadSkeleton } from '@/components/chat/thread-skeleton'
import { TurnAnnouncer } from '@/components/chat/turn-announcer'
import { useChatShortcuts } from '@/components/chat/use-chat-shortcuts'
import { usePageTitle } from '@/components/chat/use-page-title'
import { useThread } from '@/components/chat/use-thread'
import { useSettings } from '@/components/preference/settings-context'
import { useConversations } from '@/components/sidebar/conversations-context'

type ChatProps = {
  user: { id: string; name: string }
  conversationId: string
  /** Nothing is stored under this id yet. */
  isNew: boolean
  /** The server has the first message of a new chat: it now has an address of its own. */
  onAccepted: () => void
}

export function Chat({ user, conversationId, isNew, onAccepted }: ChatProps) {
  const inputRef = useRef<HTMLTextAreaElement>(null)
  const [stored, setStored] = useState(!isNew)
  const { preferences } = useSettings()
  const { refresh } = useConversations()
  const onTurn = useCallback(
    (moment: 'opened' | 'ended') => {
      if (moment === 'opened') {
        setStored(true)
        onAccepted()
      }
      refresh()
    },
    [onAccepted, refresh],
  )
  const thread = useThread({ conversationId, isNew, model: preferences?.model ?? null, onTurn })
  const { state, turns } = thread
  const { leavePlace } = thread.stored
  const { send } = turns
  const onSend = useCallback(
    async (text: string) => {
      // What is sent follows the newest message, so that is what it is shown below.
      await leavePlace()
      return send(text)
    },
    [leavePlace, send],
  )
  const title = usePageTitle(stored ? conversationId : null)
  useChatShortcuts(inputRef, state.messages, preferences?.shortcuts ?? true)

  const isEmpty = state.messages.length === 0
  const { loading, failure, loadNewest } = thread.stored
  const missing = isEmpty && failure !== null
  const gone = missing && (failure.code === 'not_found' || failure.code === 'invalid_request')
  const welcome = isEmpty && !loading && !missing

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <OfflineModelBanner />
      {!welcome && !gone && <h1 className="sr-only">{title}</h1>}
      <div className={`flex min-h-0 flex-1 flex-col ${welcome ? 'justify-center overflow-y-auto py-6' : ''}`}>
        {welcome && <Greeting name={user.name} />}
        {missing && <ThreadMissing failure={failure} onRetry={() => void loadNewest()} />}
        {isEmpty && loading && <ThreadSkeleton />}
        {!isEmpty && <Thread state={state} stored={thread.stored} onAskAgain={turns.askAgain} />}
        {!gone && (
          <Composer
            userId={user.id}
            conversationId={stored ? conversationId : null}
            inputRef={inputRef}
            running={state.running === null ? 'no' : state.running.stopping ? 'stopping' : 'yes'}
            withSuggestions={welcome && !stored}
            refusal={state.refusal}
            onSend={onSend}
            onStop={() => void turns.stop()}
          />
        )}
        {!welcome && !gone && (
          <p className="px-4 py-2 text-center text-xs text-soft">Goldfish can be wrong. Check what matters.</p>
        )}
      </div>
      <TurnAnnouncer state={state} />
    </div>
  )
}
