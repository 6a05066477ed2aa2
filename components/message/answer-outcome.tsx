import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useErrorMessage } from '@/components/api/use-error-message'
import { isEmptyAnswer, type ThreadMessage } from '@/components/chat/thread-message'
import { Notice, NoticeAction } from '@/components/ui/notice'

type AnswerOutcomeProps = { message: ThreadMessage; onRetry: (() => void) | null; onContinue: (() => void) | null }

/**
 * Shows how an answer ended if it is not complete: a failure as a notice with Retry, other endings as a plain
 * line.
 */
export function AnswerOutcome({ message, onRetry, onContinue }: AnswerOutcomeProps) {
  const t = useTranslations('answer')
  const common = useTranslations('common')
  const errorMessage = useErrorMessage()
  const isEmpty = isEmptyAnswer(message)
  // An empty answer has nothing to continue from.
  const continueAction =
    isEmpty || onContinue === null ? null : <QuietAction label={t('continue')} onAct={onContinue} />
  const retry = onRetry !== null && <NoticeAction label={common('retry')} onAct={onRetry} />
  switch (message.status) {
    case 'failed':
      return <Notice message={message.error === null ? t('failed') : errorMessage(message.error)}>{retry}</Notice>
    case 'lost': {
      const reason = message.error === null ? '' : errorMessage(message.error)
      return <Notice message={`${t('lost')} ${reason}`}>{retry}</Notice>
    }
    case 'stopped':
      return <Quiet action={continueAction}>{isEmpty ? t('stoppedBefore') : t('stopped')}</Quiet>
    case 'interrupted':
      if (isEmpty) return <Notice message={t('interruptedBefore')}>{retry}</Notice>
      return <Quiet action={continueAction}>{t('interrupted')}</Quiet>
    case 'truncated':
      return <Quiet action={continueAction}>{t('truncated')}</Quiet>
    case 'complete':
      return isEmpty ? <Quiet action={null}>{t('empty')}</Quiet> : null
    case 'streaming':
      return null
  }
}

function Quiet({ children, action }: { children: ReactNode; action: ReactNode }) {
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-sm text-soft">
      <span className="italic">{children}</span>
      {action}
    </p>
  )
}

function QuietAction({ label, onAct }: { label: string; onAct: () => void }) {
  return (
    <button
      type="button"
      onClick={onAct}
      className="rounded font-medium text-accent underline underline-offset-4 hover:decoration-2"
    >
      {label}
    </button>
  )
}
