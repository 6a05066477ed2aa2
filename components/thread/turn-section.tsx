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
  /** It was just sent: it gets the height of the view, for the answer to grow into. */
  isAnchored: boolean
  /** The running turn if it is this one. */
  running: RunningTurn | null
  endRef: RefObject<HTMLDivElement | null>
  onAskAgain: (message: ThreadMessage, trigger?: AnotherAnswer) => void
}

/**
 * A question and what answers it. Out of view it costs nothing (`content-visibility`), but only after it was laid out once:
 * the browser then knows its height, so that nothing moves when it comes into view. Find-in-page and screen readers
 * still see all of it (docs/decisions/0019).
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

/** True from two frames after `finished`: by then its layout, as it stays, is known to the browser. */
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

/** Groups are made anew whenever a token arrives; their messages are not. */
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
