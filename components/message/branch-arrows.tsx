'use client'

import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import type { ThreadMessage } from '@/components/chat/thread-message'
import { useThreadActions } from '@/components/thread/thread-actions-context'
import { IconButton } from '@/components/ui/button'

/**
 * `‹ 2/3 ›`: shows which version of a message this is and switches to the others. Empty if there is only one
 * version.
 */
export function BranchArrows({ message }: { message: ThreadMessage }) {
  const t = useTranslations('answer')
  const actions = useThreadActions()
  const previousRef = useRef<HTMLButtonElement>(null)
  const nextRef = useRef<HTMLButtonElement>(null)
  const { id, siblings } = message
  const pressed = actions?.pressed
  useEffect(() => {
    if (pressed?.current?.messageId !== id || id === null) return
    const button = pressed.current?.direction === 'previous' ? previousRef.current : nextRef.current
    pressed.current = null
    button?.focus()
  }, [pressed, id])

  if (actions === null || siblings.length < 2 || id === null) return null
  const place = siblings.indexOf(id)
  const previous = siblings[place - 1]
  const next = siblings[place + 1]
  const buttonClass = 'size-8 aria-disabled:cursor-default aria-disabled:opacity-40 rtl:-scale-x-100'
  // Not `disabled`, because a disabled button would lose the focus after it was pressed.
  return (
    <fieldset aria-label={t('versions')} className="inline-flex items-center text-sm text-soft">
      <IconButton
        ref={previousRef}
        label={t('previousVersion')}
        aria-disabled={actions.busy || previous === undefined}
        onClick={() => previous !== undefined && !actions.busy && actions.switchTo(previous, 'previous')}
        className={buttonClass}
      >
        <ChevronLeft aria-hidden="true" className="size-4" />
      </IconButton>
      <span className="tabular-nums">{t('versionOf', { place: place + 1, count: siblings.length })}</span>
      <IconButton
        ref={nextRef}
        label={t('nextVersion')}
        aria-disabled={actions.busy || next === undefined}
        onClick={() => next !== undefined && !actions.busy && actions.switchTo(next, 'next')}
        className={buttonClass}
      >
        <ChevronRight aria-hidden="true" className="size-4" />
      </IconButton>
    </fieldset>
  )
}
