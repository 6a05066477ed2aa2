'use client'

import { memo, useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { AnswerFooter } from '@/components/chat/answer-footer'
import { AnswerOutcome } from '@/components/chat/answer-outcome'
import { CacheBadge } from '@/components/chat/cache-badge'
import { type AnswerBlock, groupParts } from '@/components/chat/group-parts'
import { Reasoning } from '@/components/chat/reasoning'
import { useThreadActions } from '@/components/chat/thread-actions-context'
import { cacheNotice, type ThreadMessage } from '@/components/chat/thread-message'
import type { RunningTurn } from '@/components/chat/thread-state'
import type { AnotherAnswer } from '@/components/chat/use-turns'
import { WaitingStatus } from '@/components/chat/waiting-status'
import { Markdown } from '@/components/markdown/markdown'
import { ToolBlock } from '@/components/tool/tool-block'
import { isUnderWay } from '@/components/tool/tool-part'
import type { ChatPart } from '@/lib/contract/ui-message'

type AnswerProps = {
  message: ThreadMessage
  isLast: boolean
  /** Null unless this answer is the one being written. */
  phase: RunningTurn['phase'] | null
  onAskAgain: (message: ThreadMessage, trigger?: AnotherAnswer) => void
}

/** An answer: text on the page, with what is worth knowing about it kept quiet around it. */
export const Answer = memo(function Answer({ message, isLast, phase, onAskAgain }: AnswerProps) {
  const t = useTranslations('answer')
  const busy = useThreadActions()?.busy ?? false
  const complete = message.status !== 'streaming'
  const cache = cacheNotice(message)
  // Another answer is a sibling: what went on from this one stays, on a branch of its own.
  const askAgain = complete && !busy ? () => onAskAgain(message) : null
  const goOn = isLast && askAgain !== null ? () => onAskAgain(message, 'continue-message') : null
  // An answer that comes at once is whole before its first card is drawn.
  const followed = useRef(false)
  useEffect(() => {
    if (!complete) followed.current = true
  }, [complete])
  const blocks = groupParts(message.parts)
  const waitingFor = complete ? null : whatIsAwaited(phase, blocks.at(-1))
  return (
    <article aria-busy={!complete} className="group space-y-3">
      <h2 className="sr-only">Goldfish</h2>
      {cache?.status === 'hit' && <CacheBadge cache={cache} onAskAgain={isLast ? askAgain : null} />}
      {message.parts.some(isImagesLeftOut) && <p className="text-sm text-soft">{t('imagesLeftOut')}</p>}
      {blocks.map((block) => {
        if (block.kind === 'text') return <Markdown key={block.key} text={block.text} complete={complete} />
        if (block.kind === 'reasoning') return <Reasoning key={block.key} text={block.text} name={t('reasoning')} />
        return <ToolBlock key={block.key} parts={block.parts} message={message} isLast={isLast} followed={followed} />
      })}
      {waitingFor !== null && <WaitingStatus key={waitingFor} phase={waitingFor} />}
      {complete && <AnswerOutcome message={message} onRetry={isLast ? askAgain : null} onContinue={goOn} />}
      {complete && <AnswerFooter message={message} isLast={isLast} onAskAgain={askAgain} />}
    </article>
  )
})

const isImagesLeftOut = (part: ChatPart) => part.type === 'data-notice' && part.data.code === 'images_left_out'

/** What the page says it waits for; null while something else says so: text that comes, or a call under way. */
function whatIsAwaited(phase: RunningTurn['phase'] | null, last: AnswerBlock | undefined) {
  const silent = phase === null || phase === 'writing' ? 'waiting' : phase
  if (phase === 'reconnecting' || last === undefined) return silent
  if (last.kind === 'tools') return last.parts.some(isUnderWay) ? null : silent
  return phase === 'writing' ? null : silent
}
