'use client'
import { usePathname } from 'next/navigation'
import { useMemo } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { type Failure, useErrorMessage } from '@/components/api/failure'
import { type AttachProblem, maxAttachedBytes, maxAttachedFiles } from '@/components/composer/attached-file'
import { Notice, NoticeAction } from '@/components/ui/notice'

type ComposerNoticesProps = {
  /** KiB of a text that is too long. */
  excess: number | null
  refusal: Failure | null
  problems: readonly AttachProblem[]
  tooMuch: boolean
  /** The name of the selected model if it cannot view the attached images, else null. */
  blindModel: string | null
  onRetry: (() => void) | null
}

const limits = { files: maxAttachedFiles, size: maxAttachedBytes / 1024 }

/** Above the box: why what is in it cannot be sent, or was not taken. */
export function ComposerNotices({ excess, refusal, problems, tooMuch, blindModel, onRetry }: ComposerNoticesProps) {
  const t = useTranslations('chat')
  const told = problems.map((problem, index) => ({ key: String(index), problem }))
  return (
    <div className="mb-2 space-y-2 empty:hidden">
      {told.map(({ key, problem: { reason, name } }) => (
        <Notice key={key} message={t(`fileProblem.${reason}`, { name, ...limits })} />
      ))}
      {blindModel !== null && <Notice message={t('imagesLeftOut', { model: blindModel })} />}
      {tooMuch && <Notice message={t('filesTooMuch', limits)} />}
      {excess !== null && <Notice message={t('tooLong', { size: excess })} />}
      {excess === null && refusal !== null && <RefusalNotice failure={refusal} onRetry={onRetry} />}
    </div>
  )
}

/** From here on the clock says more than a number of minutes. */
const longWaitSeconds = 90

/** Why the server did not take a message, right above the box that has the text back. */
export function RefusalNotice({ failure, onRetry }: { failure: Failure; onRetry: (() => void) | null }) {
  const t = useTranslations('chat')
  const common = useTranslations('common')
  const words = useErrorMessage()
  const comeBack = useComeBack(failure)
  const pathname = usePathname()
  if (failure.code === 'unauthenticated') {
    const signIn = () => window.location.assign(`/sign-in?next=${encodeURIComponent(pathname)}`)
    return (
      <Notice message={t('signedOut')}>
        <NoticeAction label={t('signIn')} onAct={signIn} />
      </Notice>
    )
  }
  return (
    <Notice message={comeBack === null ? words(failure) : `${words(failure)} ${t('comeBack', { time: comeBack })}`}>
      {onRetry !== null && <NoticeAction label={common('retry')} onAct={onRetry} />}
    </Notice>
  )
}

/** The time of day from which on it can be tried again, where that is not in a moment; with the day if it is another. */
function useComeBack(failure: Failure): string | null {
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
