'use client'
import { memo, type RefObject, useEffect, useState } from 'react'
import type { ThreadMessage, TurnGroup } from '@/components/chat/thread-message'
import type { RunningTurn } from '@/components/chat/thread-state'
import type { AnotherAnswer } from '@/components/chat/use-turns'
import { Answer } from '@/components/message/answer'
import { UserTurn } from '@/components/message/user-turn'

type TurnSectionProps = {
  group: TurnGroup
  isLast: boolean
  /** True for the turn just sent. It gets the height of the view, so that the answer has room to grow. */
  isAnchored: boolean
  /** The running turn if it belongs to this section, else null. */
  running: RunningTurn | null
  endRef: RefObject<HTMLDivElement | null>
  onAskAgain: (message: ThreadMessage, trigger?: AnotherAnswer) => void
}

/**
 * A question and its answers. `content-visibility` skips rendering outside the view, but only after the first
 * layout, because the browser must know the height so that nothing moves. Find-in-page and screen readers still
 * reach the text (docs/decisions/0019-long-chats-and-markdown.md).
 */
export const TurnSection = memo(function TurnSection(props: TurnSectionProps) {
  const { group, isLast, isAnchored, running, endRef, onAskAgain } = props
  const resting = useLaidOut(!isLast && !isAnchored)
  const room = isAnchored ? 'min-h-[100cqh]' : ''
  return (
    <section
      data-turn={group.key}
      className={`reading-width pb-8 [contain-intrinsic-block-size:auto_20rem] ${room} ${resting ? '[content-visibility:auto]' : ''}`}
    >
      <div className="space-y-6">
        {group.messages.map((message, index) => (
          <div key={message.key} data-message={message.key} tabIndex={-1} className="outline-none">
            {message.role === 'user' ? (
              <UserTurn message={message} />
            ) : (
              <Answer
                message={message}
                isLast={isLast && index === group.messages.length - 1}
                phase={running?.answerKey === message.key ? running.phase : null}
                onAskAgain={onAskAgain}
              />
            )}
          </div>
        ))}
        {isLast && <div ref={endRef} className="h-px" />}
      </div>
    </section>
  )
}, isSameTurn)

/** Returns true two frames after `finished` became true. By then the browser has stored the final layout. */
function useLaidOut(finished: boolean): boolean {
  const [laidOut, setLaidOut] = useState(false)
  useEffect(() => {
    if (!finished) return
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setLaidOut(true))
    })
    return () => {
      cancelAnimationFrame(frame)
      setLaidOut(false)
    }
  }, [finished])
  return laidOut
}

/**
 * Compares the messages of two groups, because the groups are recreated with each token while the messages are
 * not.
 */
function isSameTurn(before: TurnSectionProps, now: TurnSectionProps): boolean {
  return (
    before.isLast === now.isLast &&
    before.isAnchored === now.isAnchored &&
    before.running === now.running &&
    before.onAskAgain === now.onAskAgain &&
    before.group.messages.length === now.group.messages.length &&
    before.group.messages.every((message, index) => message === now.group.messages[index])
  )
}
