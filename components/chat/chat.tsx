'use client'
import { Hourglass } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { Failure } from '@/components/api/failure'
import { isTouch } from '@/components/chat/is-touch'
import { OfflineModelBanner } from '@/components/chat/offline-model-banner'
import { messageText, type ThreadMessage } from '@/components/chat/thread-message'
import { useQueue } from '@/components/chat/use-queue'
import { useConversationItem, useTemporaryParam, useThread } from '@/components/chat/use-thread'
import { Composer } from '@/components/composer/composer'
import { RefusalNotice } from '@/components/composer/composer-notices'
import { useSettings } from '@/components/preference/settings-context'
import { useConversations } from '@/components/sidebar/conversations-context'
import { Thread, ThreadSkeleton, TurnAnnouncer } from '@/components/thread/thread'
import { ThreadActionsProvider } from '@/components/thread/thread-actions-context'
import { ToolActionsProvider } from '@/components/tool/tool-actions-context'
import { GoldfishMark } from '@/components/ui/goldfish-mark'

type ChatProps = {
  user: { id: string; name: string }
  conversationId: string
  /** True if no message is stored under this id yet. */
  isNew: boolean
  /** Called when the server has accepted the first message of a new chat, which should then get its own URL. */
  onAccepted: () => void
}

export function Chat({ user, conversationId, isNew, onAccepted }: ChatProps) {
  const t = useTranslations('chat')
  const inputRef = useRef<HTMLTextAreaElement>(null)
  const [stored, setStored] = useState(!isNew)
  const [temporary, setTemporary] = useTemporaryParam(isNew)
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
      // A new message follows the newest one, so the newest messages must be shown first.
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
  const isUnknown = missing && (failure.code === 'not_found' || failure.code === 'invalid_request')
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
        {isTemporary && !isUnknown && <TemporaryBanner />}
        {!welcome && !isUnknown && <h1 className="sr-only">{title}</h1>}
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
          {!isUnknown && (
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
          {!welcome && !isUnknown && <p className="px-4 py-2 text-center text-xs text-soft">{t('disclaimer')}</p>}
        </div>
        <TurnAnnouncer state={state} />
      </div>
    </ThreadActionsProvider>
  )
}

function Greeting({ name }: { name: string }) {
  const t = useTranslations('chat')
  const first = name.trim().split(/\s+/)[0] ?? ''
  return (
    <div className="reading-width mb-8 text-center">
      <GoldfishMark className="mx-auto mb-3 size-14" />
      <h1 className="text-3xl font-semibold tracking-tight text-balance">
        {first === '' ? t('greeting') : t('greetingName', { name: first })}
      </h1>
    </div>
  )
}

/** Shown above a temporary conversation, which is deleted after a day. */
function TemporaryBanner() {
  const t = useTranslations('chat')
  return (
    <p
      role="note"
      className="flex items-center justify-center gap-2 border-b border-line bg-card px-4 py-1.5 text-sm text-soft"
    >
      <Hourglass aria-hidden="true" className="size-4 shrink-0" />
      {t('temporary.hint')}
    </p>
  )
}

/** Shown if a conversation could not be opened: it does not exist, or the request failed. */
function ThreadMissing({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  const t = useTranslations('chat')
  if (failure.code === 'not_found' || failure.code === 'invalid_request') {
    return (
      <div className="reading-width flex flex-1 flex-col items-center justify-center gap-3 text-center">
        <h1 className="text-2xl font-semibold tracking-tight">{t('missing.title')}</h1>
        <p className="text-soft">{t('missing.words')}</p>
        <Link href="/" prefetch={false} className="rounded font-medium text-accent underline underline-offset-4">
          {t('missing.new')}
        </Link>
      </div>
    )
  }
  return (
    <div className="reading-width flex-1 pt-6">
      <RefusalNotice failure={failure} onRetry={onRetry} />
    </div>
  )
}

/** Sets the page title to the title of the conversation and returns it for the heading of the page. */
function usePageTitle(known: string | null): string {
  const t = useTranslations('chat')
  const title = known || t('newChat')
  useEffect(() => {
    document.title = `${title} · Goldfish`
  }, [title])
  return title
}

/**
 * Handles the shortcuts of the chat: new chat, focus the composer, copy the last answer. A preference disables
 * them.
 */
function useChatShortcuts(
  inputRef: RefObject<HTMLTextAreaElement | null>,
  messages: readonly ThreadMessage[],
  enabled: boolean,
) {
  const router = useRouter()
  useEffect(() => {
    if (!enabled) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (!event.shiftKey || event.isComposing) return
      const mod = event.ctrlKey || event.metaKey
      const key = event.key.toLowerCase()
      if (key === 'escape' && !mod) inputRef.current?.focus()
      else if (mod && key === 'o') router.push('/')
      else if (mod && key === 'c') {
        const answer = messages.findLast((message) => message.role === 'assistant')
        if (answer !== undefined) void navigator.clipboard?.writeText(messageText(answer)).catch(() => undefined)
      } else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [inputRef, messages, enabled, router])
}
