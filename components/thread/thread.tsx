'use client'
import { type ReactNode, useDeferredValue, useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { asksForApproval, groupTurns, type ThreadMessage } from '@/components/chat/thread-message'
import type { ThreadState } from '@/components/chat/thread-state'
import type { StoredMessages } from '@/components/chat/use-stored-messages'
import type { AnotherAnswer } from '@/components/chat/use-turns'
import { OlderMessages } from '@/components/thread/older-messages'
import {
  EarlierPlaceBar,
  MessageGoneNotice,
  MessageNotLoadedNotice,
  ToNewestButton,
} from '@/components/thread/thread-place'
import { TurnSection } from '@/components/thread/turn-section'
import { useAnchoredScroll } from '@/components/thread/use-anchored-scroll'
import { useKeepPlace } from '@/components/thread/use-keep-place'

type ThreadProps = {
  state: ThreadState
  stored: StoredMessages
  onAskAgain: (message: ThreadMessage, trigger?: AnotherAnswer) => void
}

/** As many as fill a screen. */
const firstTurns = 4

/** The messages of a conversation, as a thing that scrolls. Other messages than before begin with a new view. */
export function Thread(props: ThreadProps) {
  return <ThreadView key={props.stored.view} {...props} />
}

function ThreadView({ state: { messages, running, anchorKey }, stored, onAskAgain }: ThreadProps) {
  const t = useTranslations('thread')
  const targetKey = stored.target?.key ?? null
  const boxRef = useRef<HTMLDivElement>(null)
  const contentRef = useRef<HTMLDivElement>(null)
  const turnsRef = useRef<HTMLDivElement>(null)
  const endRef = useRef<HTMLDivElement>(null)
  // The newest turns first, and the others above them while the page can be used already.
  const whole = useDeferredValue(true, targetKey !== null)
  const all = groupTurns(messages)
  const groups = whole ? all : all.slice(-firstTurns)
  const lastGroup = groups.at(-1)?.key ?? null
  const { away, toNewest, pinned } = useAnchoredScroll({
    boxRef,
    contentRef,
    endRef,
    lastKey: lastGroup,
    anchorKey,
    targetKey,
  })
  useKeepPlace(boxRef, contentRef, turnsRef, pinned)
  const { hasOlder, loading, failure, unreached, loadOlder, goTo, forgetUnreached, place, leavePlace } = stored

  let foot: ReactNode = null
  if (place === 'earlier') foot = <EarlierPlaceBar onLeave={() => void leavePlace()} />
  else if (away) foot = <ToNewestButton onClick={toNewest} />

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {/* A log, but a silent one: answers are announced when they begin and end, not token by token. */}
      <div
        ref={boxRef}
        role="log"
        aria-label={t('label')}
        aria-live="off"
        tabIndex={-1}
        className="relative min-h-0 flex-1 overflow-y-auto overscroll-contain pt-6 outline-none [container-type:size] [overflow-anchor:none]"
      >
        <div ref={contentRef}>
          {hasOlder && whole && <OlderMessages loading={loading} failure={failure} onLoad={loadOlder} />}
          <div ref={turnsRef}>
            {groups.map((group) => (
              <TurnSection
                key={group.key}
                group={group}
                isLast={group.key === lastGroup}
                isAnchored={group.key === anchorKey}
                running={group.messages.some(({ key }) => key === running?.answerKey) ? running : null}
                endRef={endRef}
                onAskAgain={onAskAgain}
              />
            ))}
          </div>
        </div>
      </div>
      {unreached !== null && (
        <MessageNotLoadedNotice
          failure={unreached.failure}
          onRetry={() => goTo(unreached.key)}
          onDismiss={forgetUnreached}
        />
      )}
      {unreached === null && place === 'unknown' && <MessageGoneNotice onDismiss={() => void leavePlace()} />}
      {foot}
    </div>
  )
}

/** What stands in the place of a conversation while it is being loaded. */
export function ThreadSkeleton() {
  const t = useTranslations('chat')
  return (
    <div role="status" className="reading-width flex-1 animate-pulse space-y-6 pt-6">
      <span className="sr-only">{t('loading')}</span>
      <div className="ms-auto h-11 w-2/5 rounded-3xl bg-card" />
      <div className="space-y-3">
        <div className="h-4 w-full rounded bg-card" />
        <div className="h-4 w-11/12 rounded bg-card" />
        <div className="h-4 w-3/5 rounded bg-card" />
      </div>
    </div>
  )
}

/** Tells a screen reader twice per answer: when it begins and when it ends; once for an answer that is there at once. */
export function TurnAnnouncer({ state }: { state: ThreadState }) {
  const t = useTranslations('answer')
  const [said, setSaid] = useState('')
  // Nothing is said about messages that were there when the page opened.
  const followed = useRef(false)
  const phase = state.running?.phase ?? 'none'
  const last = state.messages.at(-1)
  const status = last?.status ?? 'streaming'
  const asks = last !== undefined && asksForApproval(last)
  useEffect(() => {
    if (phase !== 'none') {
      followed.current = true
      // Emptied first: the same sentence twice in a row would be announced once.
      setSaid(phase === 'writing' ? t('ending.streaming') : '')
    } else if (followed.current && asks) setSaid(t('ending.asks'))
    else if (followed.current) setSaid(status === 'streaming' ? '' : t(`ending.${status}`))
  }, [phase, status, asks, t])
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  )
}
