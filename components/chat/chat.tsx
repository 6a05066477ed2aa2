'use client'

import { useCallback, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Composer } from '@/components/chat/composer'
import { Greeting } from '@/components/chat/greeting'
import { isTouch } from '@/components/chat/is-touch'
import { OfflineModelBanner } from '@/components/chat/offline-model-banner'
import { TemporaryBanner } from '@/components/chat/temporary-banner'
import { Thread } from '@/components/chat/thread'
import { ThreadActionsProvider } from '@/components/chat/thread-actions-context'
import { ThreadMissing } from '@/components/chat/thread-missing'
import { ThreadSkeleton } from '@/components/chat/thread-skeleton'
import { TurnAnnouncer } from '@/components/chat/turn-announcer'
import { useChatShortcuts } from '@/components/chat/use-chat-shortcuts'
import { useConversationItem } from '@/components/chat/use-conversation-item'
import { usePageTitle } from '@/components/chat/use-page-title'
import { useQueue } from '@/components/chat/use-queue'
import { useTemporaryWish } from '@/components/chat/use-temporary-wish'
import { useThread } from '@/components/chat/use-thread'
import { useSettings } from '@/components/preference/settings-context'
import { useConversations } from '@/components/sidebar/conversations-context'
import { ToolActionsProvider } from '@/components/tool/tool-actions-context'

type ChatProps = {
  user: { id: string; name: string }
  conversationId: string
  /** Nothing is stored under this id yet. */
  isNew: boolean
  /** The server has the first message of a new chat: it now has an address of its own. */
  onAccepted: () => void
}

export function Chat({ user, conversationId, isNew, onAccepted }: ChatProps) {
  const t = useTranslations('chat')
  const inputRef = useRef<HTMLTextAreaElement>(null)
  const [stored, setStored] = useState(!isNew)
  const [temporary, setTemporary] = useTemporaryWish(isNew)
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
  const model = preferences?.model ?? null
  const thread = useThread({ conversationId, isNew, model, temporary: temporary && !stored, onTurn })
  const { state, turns, dispatch } = thread
  const { leavePlace } = thread.stored
  const { send } = turns
  const sendNewest = useCallback<typeof send>(
    async (...message) => {
      // What is sent follows the newest message, so that is what it is shown below.
      await leavePlace()
      return send(...message)
    },
    [leavePlace, send],
  )
  const queue = useQueue({ userId: user.id, conversationId, state, send: sendNewest })
  const isEmpty = state.messages.length === 0
  const item = useConversationItem(conversationId, !isNew && !isEmpty)
  const isTemporary = temporary || item?.temporary === true
  const title = usePageTitle(stored ? (item?.title ?? null) : null)
  useChatShortcuts(inputRef, state.messages, preferences?.shortcuts ?? true)
  const toComposer = useCallback(() => {
    if (!isTouch()) inputRef.current?.focus()
  }, [])

  const { loading, unreached, loadNewest, showSwitched } = thread.stored
  const failure = thread.stored.failure ?? unreached?.failure ?? null
  const missing = isEmpty && failure !== null
  const gone = missing && (failure.code === 'not_found' || failure.code === 'invalid_request')
  const welcome = isEmpty && !loading && !missing

  return (
    <ThreadActionsProvider
      conversationId={conversationId}
      busy={state.running !== null}
      refusal={state.refusal}
      send={send}
      showSwitched={showSwitched}
      onEdited={toComposer}
      dispatch={dispatch}
    >
      <div className="flex min-h-0 flex-1 flex-col">
        <OfflineModelBanner />
        {isTemporary && !gone && <TemporaryBanner />}
        {!welcome && !gone && <h1 className="sr-only">{title}</h1>}
        <div className={`flex min-h-0 flex-1 flex-col ${welcome ? 'justify-center overflow-y-auto py-6' : ''}`}>
          {welcome && <Greeting name={user.name} />}
          {missing && <ThreadMissing failure={failure} onRetry={() => void loadNewest()} />}
          {isEmpty && loading && <ThreadSkeleton />}
          {!isEmpty && (
            <ToolActionsProvider
              messages={state.messages}
              answerApproval={turns.answerApproval}
              reload={loadNewest}
              onAnswered={toComposer}
            >
              <Thread state={state} stored={thread.stored} onAskAgain={turns.askAgain} />
            </ToolActionsProvider>
          )}
          {!gone && (
            <Composer
              userId={user.id}
              conversationId={stored ? conversationId : null}
              inputRef={inputRef}
              running={state.running === null ? 'no' : state.running.stopping ? 'stopping' : 'yes'}
              queue={queue}
              temporary={stored || !isEmpty ? null : { on: temporary, onChange: setTemporary }}
              withSuggestions={welcome && !stored}
              refusal={state.refusal}
              onSend={sendNewest}
              onStop={() => void turns.stop()}
            />
          )}
          {!welcome && !gone && <p className="px-4 py-2 text-center text-xs text-soft">{t('disclaimer')}</p>}
        </div>
        <TurnAnnouncer state={state} />
      </div>
    </ThreadActionsProvider>
  )
}
