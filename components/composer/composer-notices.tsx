'use client'
import { usePathname } from 'next/navigation'
import { useMemo } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import type { Failure } from '@/components/api/failure'
import { useErrorMessage } from '@/components/api/use-error-message'
import type { AttachProblem } from '@/components/composer/attached-file'
import { Notice, NoticeAction } from '@/components/ui/notice'
import { maxAttachedBytes, maxAttachedFiles } from '@/lib/contract/limits'

type ComposerNoticesProps = {
  /** The size of a text in KiB if it is too long, else null. */
  excess: number | null
  refusal: Failure | null
  problems: readonly AttachProblem[]
  tooMuch: boolean
  /** The name of the selected model if it cannot view the attached images, else null. */
  blindModel: string | null
  onRetry: (() => void) | null
}

const limits = { files: maxAttachedFiles, size: maxAttachedBytes / 1024 }

/** Shows above the text field why the message cannot be sent or why a file was not attached. */
export function ComposerNotices({ excess, refusal, problems, tooMuch, blindModel, onRetry }: ComposerNoticesProps) {
  const t = useTranslations('chat')
  const keyedProblems = problems.map((problem, index) => ({ key: String(index), problem }))
  return (
    <div className="mb-2 space-y-2 empty:hidden">
      {keyedProblems.map(({ key, problem: { reason, name } }) => (
        <Notice key={key} message={t(`fileProblem.${reason}`, { name, ...limits })} />
      ))}
      {blindModel !== null && <Notice message={t('imagesLeftOut', { model: blindModel })} />}
      {tooMuch && <Notice message={t('filesTooMuch', limits)} />}
      {excess !== null && <Notice message={t('tooLong', { size: excess })} />}
      {excess === null && refusal !== null && <RefusalNotice failure={refusal} onRetry={onRetry} />}
    </div>
  )
}

/** For longer waits the time of day is more helpful than a number of minutes. */
const longWaitSeconds = 90

/** Shows why the server rejected a message. The text of the message is in the text field again. */
export function RefusalNotice({ failure, onRetry }: { failure: Failure; onRetry: (() => void) | null }) {
  const t = useTranslations('chat')
  const common = useTranslations('common')
  const errorMessage = useErrorMessage()
  const retryTime = useRetryTime(failure)
  const pathname = usePathname()
  if (failure.code === 'unauthenticated') {
    const signIn = () => window.location.assign(`/sign-in?next=${encodeURIComponent(pathname)}`)
    return (
      <Notice message={t('signedOut')}>
        <NoticeAction label={t('signIn')} onAct={signIn} />
      </Notice>
    )
  }
  const { code, message } = failure
  return (
    <Notice
      message={
        retryTime === null
          ? errorMessage(failure)
          : `${errorMessage({ code, message })} ${t('comeBack', { time: retryTime })}`
      }
    >
      {onRetry !== null && <NoticeAction label={common('retry')} onAct={onRetry} />}
    </Notice>
  )
}

/**
 * Returns the time of day at which the user can try again, with the weekday if it is not today. Returns null for
 * short waits.
 */
function useRetryTime(failure: Failure): string | null {
  const format = useFormatter()
  return useMemo(() => {
    const seconds = failure.retryAfterSeconds
    if (seconds === undefined || seconds < longWaitSeconds) return null
    const now = new Date()
    const then = new Date(now.getTime() + seconds * 1000)
    const day = then.toDateString() === now.toDateString() ? {} : ({ weekday: 'long' } as const)
    return format.dateTime(then, { ...day, hour: 'numeric', minute: '2-digit' })
  }, [failure, format])
}
