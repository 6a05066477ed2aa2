'use client'

import { memo } from 'react'
import { useTranslations } from 'use-intl'
import { AnswerFooter } from '@/components/chat/answer-footer'
import { AnswerOutcome } from '@/components/chat/answer-outcome'
import { CacheBadge } from '@/components/chat/cache-badge'
import { Reasoning } from '@/components/chat/reasoning'
import { useThreadActions } from '@/components/chat/thread-actions-context'
import { cacheNotice, type ThreadMessage } from '@/components/chat/thread-message'
import type { RunningTurn } from '@/components/chat/thread-state'
import type { AnotherAnswer } from '@/components/chat/use-turns'
import { WaitingStatus } from '@/components/chat/waiting-status'
import { Markdown } from '@/components/markdown/markdown'

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
  const parts = message.parts.map((part, index) => ({ key: String(index), part }))
  return (
    <article aria-busy={!complete} className="group space-y-3">
      <h2 className="sr-only">Goldfish</h2>
      {cache?.status === 'hit' && <CacheBadge cache={cache} onAskAgain={isLast ? askAgain : null} />}
      {parts.map(({ key, part }) => {
        if (part.type === 'text') return <Markdown key={key} text={part.text} complete={complete} />
        if (part.type === 'reasoning') return <Reasoning key={key} text={part.text} name={t('reasoning')} />
        return null
      })}
      {!complete && phase !== 'writing' && <WaitingStatus key={phase} phase={phase ?? 'waiting'} />}
      {complete && <AnswerOutcome message={message} onRetry={isLast ? askAgain : null} onContinue={goOn} />}
      {complete && <AnswerFooter message={message} isLast={isLast} onAskAgain={askAgain} />}
    </article>
  )
})
