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

/** Enough turns to fill a screen. */
const firstTurns = 4

/**
 * The scrollable list of messages. A changed `stored.view` remounts it, because its scroll state belongs to one
 * view.
 */
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
  // Renders the newest turns first. The older ones follow in a deferred render, so that the page is usable
  // earlier.
  const showsAll = useDeferredValue(true, targetKey !== null)
  const all = groupTurns(messages)
  const groups = showsAll ? all : all.slice(-firstTurns)
  const lastGroup = groups.at(-1)?.key ?? null
  const { isAway, toNewest, pinned } = useAnchoredScroll({
    boxRef,
    contentRef,
    endRef,
    lastKey: lastGroup,
    anchorKey,
    targetKey,
  })
  useKeepPlace(boxRef, contentRef, turnsRef, pinned)
  const { hasOlder, loading, failure, unreached, loadOlder, goTo, dismissUnreached, place, leavePlace } = stored

  let footer: ReactNode = null
  if (place === 'earlier') footer = <EarlierPlaceBar onLeave={() => void leavePlace()} />
  else if (isAway) footer = <ToNewestButton onClick={toNewest} />

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {/* `aria-live` is off, because answers are announced when they begin and end, not for each token. */}
      <div
        ref={boxRef}
        role="log"
        aria-label={t('label')}
        aria-live="off"
        tabIndex={-1}
        className="relative min-h-0 flex-1 overflow-y-auto overscroll-contain pt-6 outline-none [container-type:size] [overflow-anchor:none]"
      >
        <div ref={contentRef}>
          {hasOlder && showsAll && <OlderMessages loading={loading} failure={failure} onLoad={loadOlder} />}
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
          onDismiss={dismissUnreached}
        />
      )}
      {unreached === null && place === 'unknown' && <MessageGoneNotice onDismiss={() => void leavePlace()} />}
      {footer}
    </div>
  )
}

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

/** Announces to screen readers when an answer begins and when it ends, or only its end if it arrives at once. */
export function TurnAnnouncer({ state }: { state: ThreadState }) {
  const t = useTranslations('answer')
  const [announcement, setAnnouncement] = useState('')
  // Messages that existed when the page opened are not announced.
  const followed = useRef(false)
  const phase = state.running?.phase ?? 'none'
  const last = state.messages.at(-1)
  const status = last?.status ?? 'streaming'
  const asksApproval = last !== undefined && asksForApproval(last)
  useEffect(() => {
    if (phase !== 'none') {
      followed.current = true
      // Cleared first, because a screen reader would not announce the same sentence twice in a row.
      setAnnouncement(phase === 'writing' ? t('ending.streaming') : '')
    } else if (followed.current && asksApproval) setAnnouncement(t('ending.asks'))
    else if (followed.current) setAnnouncement(status === 'streaming' ? '' : t(`ending.${status}`))
  }, [phase, status, asksApproval, t])
  return (
    <p role="status" className="sr-only">
      {announcement}
    </p>
  )
}
