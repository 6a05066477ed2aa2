'use client'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useErrorMessage } from '@/components/api/use-error-message'
import { cleanText, messageFiles, type ThreadMessage } from '@/components/chat/thread-message'
import { useAutoHeight } from '@/components/composer/composer'
import { excessKib } from '@/components/composer/excess-kib'
import { isSendKey } from '@/components/composer/is-send-key'
import { useSettings } from '@/components/preference/settings-context'
import { useThreadActions } from '@/components/thread/thread-actions-context'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'

/** Edits a message of the user. Sending it creates a new version of the message. */
export function EditBox({ message, initial }: { message: ThreadMessage; initial: string }) {
  const t = useTranslations('answer')
  const composer = useTranslations('chat')
  const errorMessage = useErrorMessage()
  const actions = useThreadActions()
  const { preferences } = useSettings()
  const [text, setText] = useState(initial)
  const inputRef = useRef<HTMLTextAreaElement>(null)
  const hintId = useId()
  useAutoHeight(inputRef, text)
  useEffect(() => {
    const input = inputRef.current
    input?.focus()
    input?.setSelectionRange(input.value.length, input.value.length)
  }, [])
  if (actions === null) return null

  const sent = cleanText(text)
  const excess = excessKib(text)
  const ready = (sent !== '' || messageFiles(message).length > 0) && excess === null && !actions.busy
  const submit = () => {
    if (ready) void actions.submitEdit(message, sent)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Escape' && !event.nativeEvent.isComposing && !event.shiftKey) {
      event.stopPropagation()
      actions.cancelEdit()
      return
    }
    if (!isSendKey(event.nativeEvent, preferences?.sendKey ?? 'enter')) return
    event.preventDefault()
    submit()
  }
  return (
    <div className="ms-auto w-full space-y-2">
      <div className="rounded-3xl border border-line bg-lift p-2 shadow-lift focus-within:border-edge">
        <textarea
          ref={inputRef}
          value={text}
          dir="auto"
          rows={1}
          aria-label={t('editMessage')}
          aria-describedby={hintId}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          className="block max-h-[50dvh] min-h-11 w-full resize-none bg-transparent px-3 py-2.5 text-base leading-6 outline-none"
        />
        <div className="flex flex-wrap items-center justify-end gap-2">
          <p id={hintId} className="flex-1 basis-40 px-3 py-1 text-xs text-soft">
            {t('editHint')}
          </p>
          <div className="flex gap-2">
            <Button variant="quiet" onClick={actions.cancelEdit}>
              {t('cancel')}
            </Button>
            <Button aria-disabled={!ready} onClick={submit} className="aria-disabled:opacity-60">
              {t('sendEdited')}
            </Button>
          </div>
        </div>
      </div>
      {excess !== null && <Notice message={composer('tooLong', { size: excess })} />}
      {actions.refusal !== null && <Notice message={errorMessage(actions.refusal)} />}
    </div>
  )
}
