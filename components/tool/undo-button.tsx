'use client'

import { useId, useState } from 'react'
import { useTranslations } from 'use-intl'
import { callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import { useFailureWords } from '@/components/api/use-failure-words'
import { announceTodoChange } from '@/components/todo/announce-todo-change'
import type { Undo } from '@/components/tool/undo-of'

/** Takes a call back, and says so in the button's place; what went wrong stands below, and it can be tried again. */
export function UndoButton({ undo, of }: { undo: Undo; of: string }) {
  const t = useTranslations('tool')
  const wordsOf = useFailureWords()
  const id = useId()
  const [state, setState] = useState<'ready' | 'busy' | 'undone' | 'gone'>('ready')
  const [failure, setFailure] = useState<Failure | null>(null)

  const act = async () => {
    if (state !== 'ready') return
    setState('busy')
    setFailure(null)
    const result = await callApi(undo.path, undo.method === 'DELETE' ? { method: 'DELETE' } : undo)
    // What was to be taken away is not there any more.
    const gone = undo.method === 'DELETE' && !result.ok && result.failure.code === 'not_found'
    if (!result.ok && !gone) {
      setState('ready')
      return setFailure(result.failure)
    }
    setState(gone ? 'gone' : 'undone')
    announceTodoChange()
  }
  const over = state === 'undone' || state === 'gone'
  return (
    <>
      {!over && (
        <button
          type="button"
          id={id}
          aria-labelledby={`${id} ${of}`}
          aria-disabled={state === 'busy'}
          onClick={() => void act()}
          className="me-1 min-h-8 rounded-xl px-2.5 font-medium text-ink underline-offset-4 hover:underline"
        >
          {state === 'busy' ? t('undoing') : t('undo')}
        </button>
      )}
      <span role="status" className="me-3.5 italic empty:hidden rtl:not-italic">
        {state === 'undone' && t('undone')}
        {state === 'gone' && t('gone')}
      </span>
      {failure !== null && (
        <p role="alert" className="w-full px-3.5 pb-2 text-danger">
          {t('notUndone')} {wordsOf(failure)}
        </p>
      )}
    </>
  )
}
