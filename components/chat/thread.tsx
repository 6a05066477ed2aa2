'use client'

import { type ReactNode, useDeferredValue, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { groupTurns } from '@/components/chat/group-turns'
import { OlderMessages } from '@/components/chat/older-messages'
import type { ThreadMessage } from '@/components/chat/thread-message'
import {
  EarlierPlaceBar,
  MessageGoneNotice,
  MessageNotLoadedNotice,
  ToNewestButton,
} from '@/components/chat/thread-place'
import type { ThreadState } from '@/components/chat/thread-state'
import { TurnSection } from '@/components/chat/turn-section'
import { useAnchoredScroll } from '@/components/chat/use-anchored-scroll'
import { useKeepPlace } from '@/components/chat/use-keep-place'
import type { StoredMessages } from '@/components/chat/use-stored-messages'
import type { AnotherAnswer } from '@/components/chat/use-turns'

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
