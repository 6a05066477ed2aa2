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

/** What the model thought on the way, folded: it is not the answer. */
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

/** When the status says what it is waiting for, and when that it may be a busy provider. */
const patienceMs = { long: 5000, busy: 20_000 } as const

/** Something moves at once; after five seconds it also says what is being waited for. */
function WaitingStatus({ phase }: { phase: Exclude<RunningTurn['phase'], 'writing'> }) {
  const t = useTranslations('answer')
  const [waited, setWaited] = useState<'short' | 'long' | 'busy'>('short')
  const settings = useSettings()
  useEffect(() => {
    const timers = (['long', 'busy'] as const).map((name) => setTimeout(() => setWaited(name), patienceMs[name]))
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

/** Says quietly that nobody was asked just now, and offers to ask. `onAskAgain` is null while that is not possible. */
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

/** What stands in an answer from top to bottom: texts, thoughts, and calls that follow one another. */
type AnswerBlock = { key: string } & (
  | { kind: 'text'; text: string }
  | { kind: 'reasoning'; text: string }
  | { kind: 'tools'; parts: ToolPart[] }
)

/** Marks of steps, badges, and the blank lines that some models write between two calls divide nothing. */
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
