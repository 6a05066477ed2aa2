'use client'

import { useTranslations } from 'use-intl'
import type { Failure } from '@/components/api/failure'
import { useFailureWords } from '@/components/api/use-failure-words'
import type { TodoChange } from '@/components/todo/todo-change'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'

export type UnsavedChange = { change: TodoChange; failure: Failure }

type UnsavedTodosProps = {
  unsaved: readonly UnsavedChange[]
  onRetry: (one: UnsavedChange) => void
  onDismiss: (one: UnsavedChange) => void
}

/** What the server did not take, with the words that were typed: they stand here until they are saved or given up. */
export function UnsavedTodos({ unsaved, onRetry, onDismiss }: UnsavedTodosProps) {
  const t = useTranslations('todo')
  const common = useTranslations('common')
  const wordsOf = useFailureWords()
  const messageOf = ({ change, failure }: UnsavedChange) => {
    const wanted = change.kind === 'patch' ? change.patch.title : undefined
    const said = t(`failed.${change.kind}`, { title: wanted ?? change.item.title })
    return `${said} ${wordsOf(failure)}`
  }
  return unsaved.map((one) => (
    <Notice key={`${one.change.kind} ${one.change.item.id}`} message={messageOf(one)}>
      <NoticeAction label={common('retry')} onAct={() => onRetry(one)} />
      <NoticeAction label={t('failed.dismiss')} onAct={() => onDismiss(one)} />
    </Notice>
  ))
}
