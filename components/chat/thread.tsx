'use client'

import { ArrowDown } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { Answer } from '@/components/chat/answer'
import { groupTurns } from '@/components/chat/group-turns'
import type { ThreadMessage } from '@/components/chat/thread-message'
import type { ThreadState } from '@/components/chat/thread-state'
import { useAnchoredScroll } from '@/components/chat/use-anchored-scroll'
import { useKeepPlace } from '@/components/chat/use-keep-place'
import type { AnotherAnswer } from '@/components/chat/use-turns'
import { UserTurn } from '@/components/chat/user-turn'

type ThreadProps = {
  state: ThreadState
  /** What stands above the oldest message: the door to older ones. */
  above: ReactNode
  onAskAgain: (message: ThreadMessage, trigger?: AnotherAnswer) => void
}

export function Thread({ state: { messages, running, anchorKey }, above, onAskAgain }: ThreadProps) {
  const boxRef = useRef<HTMLDivElement>(null)
  const contentRef = useRef<HTMLDivElement>(null)
  const endRef = useRef<HTMLDivElement>(null)
  useKeepPlace(boxRef, messages[0]?.key ?? null)
  const groups = groupTurns(messages)
  const lastKey = messages.at(-1)?.key
  const lastGroup = groups.at(-1)?.key ?? null
  const { away, toNewest } = useAnchoredScroll({ boxRef, contentRef, endRef, lastKey: lastGroup, anchorKey })

  const render = (message: ThreadMessage) =>
    message.role === 'user' ? (
      <UserTurn message={message} />
    ) : (
      <Answer
        message={message}
        isLast={message.key === lastKey}
        phase={running?.answerKey === message.key ? running.phase : null}
        onAskAgain={onAskAgain}
      />
    )

  return (
    <div className="relative min-h-0 flex-1">
      {/* A log, but a silent one: answers are announced when they begin and end, not token by token. */}
      <div
        ref={boxRef}
        role="log"
        aria-label="Messages"
        aria-live="off"
        tabIndex={-1}
        className="relative h-full overflow-y-auto overscroll-contain pt-6 outline-none [container-type:size] [overflow-anchor:none]"
      >
        <div ref={contentRef}>
          {above}
          {groups.map((group) => (
            <section
              key={group.key}
              data-turn={group.key}
              className={`reading-width space-y-6 pb-8 ${group.key === anchorKey ? 'min-h-[100cqh]' : ''}`}
            >
              {group.messages.map((message) => (
                <div key={message.key} data-message={message.key}>
                  {render(message)}
                </div>
              ))}
              {group.key === lastGroup && <div ref={endRef} className="h-px" />}
            </section>
          ))}
        </div>
      </div>
      {away && (
        <button
          type="button"
          onClick={toNewest}
          aria-label="To the newest"
          title="To the newest"
          className="absolute bottom-3 left-1/2 grid size-10 -translate-x-1/2 place-items-center rounded-full border border-line bg-lift text-soft shadow-lift hover:text-ink"
        >
          <ArrowDown aria-hidden="true" className="size-5" />
        </button>
      )}
    </div>
  )
}
