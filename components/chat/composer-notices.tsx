import { useTranslations } from 'use-intl'
import type { Failure } from '@/components/api/failure'
import { type AttachProblem, maxAttachedBytes, maxAttachedFiles } from '@/components/chat/attached-file'
import { RefusalNotice } from '@/components/chat/refusal-notice'
import { Notice } from '@/components/ui/notice'

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
