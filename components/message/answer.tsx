'use client'
import { ChevronRight, Zap } from 'lucide-react'
import { memo, useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { cacheNotice, type ThreadMessage } from '@/components/chat/thread-message'
import type { RunningTurn } from '@/components/chat/thread-state'
import type { AnotherAnswer } from '@/components/chat/use-turns'
import { Markdown } from '@/components/markdown/markdown'
import { AnswerFooter } from '@/components/message/answer-footer'
import { AnswerOutcome } from '@/components/message/answer-outcome'
import { roughAge } from '@/components/message/rough-age'
import { currentModel, useSettings } from '@/components/preference/settings-context'
import { useThreadActions } from '@/components/thread/thread-actions-context'
import { ToolBlock } from '@/components/tool/tool-block'
import { isUnderWay } from '@/components/tool/tool-part'
import { type CacheNotice, type ChatPart, isToolPart, type ToolPart } from '@/lib/contract/ui-message'

type AnswerProps = {
  message: ThreadMessage
  isLast: boolean
  /** Null unless this answer is being generated. */
  phase: RunningTurn['phase'] | null
  onAskAgain: (message: ThreadMessage, trigger?: AnotherAnswer) => void
}

/** An answer: its text and tool calls, with cache notice, outcome and actions around it. */
export const Answer = memo(function Answer({ message, isLast, phase, onAskAgain }: AnswerProps) {
  const t = useTranslations('answer')
  const busy = useThreadActions()?.busy ?? false
  const complete = message.status !== 'streaming'
  const cache = cacheNotice(message)
  // The new answer is a sibling, so the messages after this answer stay on their own branch.
  const askAgain = complete && !busy ? () => onAskAgain(message) : null
  const continueAnswer = isLast && askAgain !== null ? () => onAskAgain(message, 'continue-message') : null
  // True if this answer was streamed on this page. A cached answer is complete on its first render.
  const followed = useRef(false)
  useEffect(() => {
    if (!complete) followed.current = true
  }, [complete])
  const blocks = groupParts(message.parts)
  const waitingFor = complete ? null : waitingPhase(phase, blocks.at(-1))
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
      {complete && <AnswerOutcome message={message} onRetry={isLast ? askAgain : null} onContinue={continueAnswer} />}
      {complete && <AnswerFooter message={message} isLast={isLast} onAskAgain={askAgain} />}
    </article>
  )
})

const isImagesLeftOut = (part: ChatPart) => part.type === 'data-notice' && part.data.code === 'images_left_out'

/**
 * Returns the phase to show as a waiting status, or null if arriving text or a running call already shows
 * progress.
 */
function waitingPhase(phase: RunningTurn['phase'] | null, last: AnswerBlock | undefined) {
  const waiting = phase === null || phase === 'writing' ? 'waiting' : phase
  if (phase === 'reconnecting' || last === undefined) return waiting
  if (last.kind === 'tools') return last.parts.some(isUnderWay) ? null : waiting
  return phase === 'writing' ? null : waiting
}

/** The reasoning of the model, collapsed, because it is not part of the answer. */
function Reasoning({ text, name }: { text: string; name: string }) {
  return (
    <details className="text-sm text-soft open:[&_svg]:rotate-90">
      <summary className="flex w-fit list-none items-center gap-1 rounded-md py-1 pe-2 hover:text-ink">
        <ChevronRight aria-hidden="true" className="size-4 transition-transform rtl:rotate-180" />
        {name}
      </summary>
      <p dir="auto" className="mt-1 border-s-2 border-line ps-4 whitespace-pre-wrap">
        {text}
      </p>
    </details>
  )
}

/**
 * The delays after which the status names the reason for waiting, and then suggests that the provider may be
 * busy.
 */
const waitingStepsMs = { long: 5000, busy: 20_000 } as const

/** Shows an animation immediately. After five seconds, it also shows what the answer is waiting for. */
function WaitingStatus({ phase }: { phase: Exclude<RunningTurn['phase'], 'writing'> }) {
  const t = useTranslations('answer')
  const [waited, setWaited] = useState<'short' | 'long' | 'busy'>('short')
  const settings = useSettings()
  useEffect(() => {
    const timers = (['long', 'busy'] as const).map((name) => setTimeout(() => setWaited(name), waitingStepsMs[name]))
    return () => timers.forEach(clearTimeout)
  }, [])
  const model = currentModel(settings)?.name ?? t('theModel')
  return (
    <p className="flex items-center gap-2.5 text-soft">
      <span aria-hidden="true" className="breathing flex gap-1">
        <span className="size-2 rounded-full bg-scale" />
        <span className="size-2 rounded-full bg-scale" />
        <span className="size-2 rounded-full bg-scale" />
      </span>
      {t(`status.${phase}.${waited}`, { model })}
    </p>
  )
}

/**
 * Shows that the answer came from the cache and offers to request a new one. `onAskAgain` is null if that is
 * impossible.
 */
function CacheBadge({ cache, onAskAgain }: { cache: CacheNotice; onAskAgain: (() => void) | null }) {
  const t = useTranslations('answer')
  const age = cache.ageSeconds === null ? null : roughAge(t, cache.ageSeconds)
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-sm text-soft">
      <Zap aria-hidden="true" className="size-3.5 fill-scale text-scale" />
      <span>{age === null ? t('instant') : t('instantOld', { age })}</span>
      {onAskAgain !== null && (
        <button
          type="button"
          onClick={onAskAgain}
          className="rounded font-medium text-accent underline underline-offset-4 hover:decoration-2"
        >
          {t('askAgain')}
        </button>
      )}
    </p>
  )
}

/** A block of an answer: text, reasoning, or consecutive tool calls. */
type AnswerBlock = { key: string } & (
  | { kind: 'text'; text: string }
  | { kind: 'reasoning'; text: string }
  | { kind: 'tools'; parts: ToolPart[] }
)

/**
 * Groups the parts of an answer into blocks. Step markers, badges and blank text between two tool calls do not
 * split a group.
 */
export function groupParts(parts: readonly ChatPart[]): AnswerBlock[] {
  const blocks: AnswerBlock[] = []
  for (const [index, part] of parts.entries()) {
    const key = String(index)
    const open = blocks.at(-1)
    if (isToolPart(part)) {
      if (open?.kind === 'tools') open.parts.push(part)
      else blocks.push({ key, kind: 'tools', parts: [part] })
    } else if (part.type === 'text' || part.type === 'reasoning') {
      if (part.text.trim() !== '') blocks.push({ key, kind: part.type, text: part.text })
    }
  }
  return blocks
}
