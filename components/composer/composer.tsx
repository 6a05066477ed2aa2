'use client'
import { type ClipboardEvent, type KeyboardEvent, type RefObject, useEffect, useLayoutEffect } from 'react'
import { useTranslations } from 'use-intl'
import type { Failure } from '@/components/api/failure'
import { isTouch } from '@/components/chat/is-touch'
import { cleanText, type OutgoingMessage } from '@/components/chat/thread-message'
import type { Queue, QueuedMessage } from '@/components/chat/use-queue'
import { AttachmentChips } from '@/components/composer/attachment-chips'
import { AttachButton, ModelPicker, SendButton, TemporaryToggle } from '@/components/composer/composer-controls'
import { ComposerNotices } from '@/components/composer/composer-notices'
import { excessKib } from '@/components/composer/excess-kib'
import { isSendKey } from '@/components/composer/is-send-key'
import { QueuedMessages } from '@/components/composer/queued-messages'
import { useAttachments, useFileDrop } from '@/components/composer/use-attachments'
import { useDraft } from '@/components/composer/use-draft'
import { currentModel, useSettings } from '@/components/preference/settings-context'
import { useThreadActions } from '@/components/thread/thread-actions-context'

type ComposerProps = {
  userId: string
  /** Null for a new chat, whose draft does not belong to a conversation yet. */
  conversationId: string | null
  inputRef: RefObject<HTMLTextAreaElement | null>
  running: 'no' | 'yes' | 'stopping'
  queue: Queue
  /** Null after the first message, because a chat cannot become temporary later. */
  temporary: { on: boolean; onChange: (on: boolean) => void } | null
  withSuggestions: boolean
  /** The error of the last request that the server rejected. */
  refusal: Failure | null
  onSend: (message: OutgoingMessage) => Promise<boolean>
  onStop: () => void
}

export function Composer({
  userId,
  conversationId,
  inputRef,
  running,
  queue,
  temporary,
  withSuggestions,
  refusal,
  onSend,
  onStop,
}: ComposerProps) {
  const t = useTranslations('chat')
  const { preferences, models } = useSettings()
  const { text, change, startSending, finishSending } = useDraft(userId, conversationId, inputRef)
  // While a message is being edited, its edit box shows the error instead of the composer.
  const editing = useThreadActions()?.editing != null
  const attachments = useAttachments()
  const dropping = useFileDrop(attachments.add)
  useAutoHeight(inputRef, text)
  const excess = excessKib(text)
  const model = currentModel({ preferences, models })
  const hasImage = attachments.files.some(({ part }) => part.mediaType.startsWith('image/'))
  const blindModel = hasImage && model?.vision === false ? model.name : null
  const hasContent = text.trim() !== '' || attachments.files.length > 0
  const ready = hasContent && excess === null && !attachments.tooMuch && !attachments.reading

  useEffect(() => {
    // On touch devices, focus would open the on-screen keyboard over the page.
    if (!isTouch()) inputRef.current?.focus()
  }, [inputRef])

  const send = async () => {
    if (!ready) return
    const message: OutgoingMessage = { text: cleanText(text), files: attachments.drain() }
    if (isTouch()) inputRef.current?.blur()
    else inputRef.current?.focus()
    if (running !== 'no') {
      change('')
      queue.add(message)
      return
    }
    startSending(message.text)
    const accepted = await onSend(message)
    finishSending(accepted)
    if (!accepted) attachments.restore(message.files)
  }
  const editQueued = (item: QueuedMessage) => {
    queue.remove(item)
    change([item.text, text].filter((part) => part !== '').join('\n\n'))
    attachments.restore(item.files)
    inputRef.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (!isSendKey(event.nativeEvent, preferences?.sendKey ?? 'enter')) return
    event.preventDefault()
    void send()
  }
  const onPaste = (event: ClipboardEvent) => {
    const { files, types } = event.clipboardData
    // A copied spreadsheet cell is both text and an image. The text is used, however long it is.
    if (files.length === 0 || types.includes('text/plain')) return
    event.preventDefault()
    attachments.add([...files])
  }
  const pick = (suggestion: string) => {
    change(suggestion)
    inputRef.current?.focus()
  }

  return (
    <div className="reading-width">
      <ComposerNotices
        excess={excess}
        refusal={editing ? null : refusal}
        problems={attachments.problems}
        tooMuch={attachments.tooMuch}
        blindModel={blindModel}
        onRetry={ready && running === 'no' ? () => void send() : null}
      />
      <QueuedMessages queue={queue} idle={running === 'no'} onEdit={editQueued} />
      {/* Not a form: before hydration the browser would submit it natively and lose the text. */}
      <div className="relative rounded-3xl border border-line bg-lift p-2 shadow-lift focus-within:border-edge">
        <AttachmentChips files={attachments.files} reading={attachments.reading} onRemove={attachments.remove} />
        <textarea
          ref={inputRef}
          value={text}
          // An empty field inherits the direction of the page, because the placeholder is in the page's language.
          dir={text === '' ? undefined : 'auto'}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          rows={1}
          aria-label={t('message')}
          placeholder={t('placeholder')}
          enterKeyHint="send"
          className="block max-h-[40dvh] min-h-11 w-full resize-none bg-transparent px-3 py-2.5 text-base leading-6 outline-none placeholder:text-soft"
        />
        <div className="flex items-center gap-1">
          <AttachButton onFiles={attachments.add} />
          <ModelPicker />
          {temporary !== null && <TemporaryToggle {...temporary} />}
          <span className="flex-1" />
          <SendButton running={running} ready={ready} onSend={() => void send()} onStop={onStop} />
        </div>
        {dropping && (
          <p className="pointer-events-none absolute inset-0 grid place-items-center rounded-3xl border-2 border-dashed border-accent bg-lift font-medium text-accent">
            {t('dropHere')}
          </p>
        )}
      </div>
      {withSuggestions && <Suggestions hidden={hasContent} onPick={pick} />}
    </div>
  )
}

/** A suggestion sends its title and the rest together. The rest only explains the title. */
const suggestions = ['tides', 'reminder', 'compare', 'todos'] as const

/** Hides the suggestions when there is text. They keep their space, so that the text field does not move. */
function Suggestions({ hidden, onPick }: { hidden: boolean; onPick: (text: string) => void }) {
  const t = useTranslations('chat')
  return (
    <ul aria-label={t('suggestions')} className={`mt-4 grid gap-2 sm:grid-cols-2 ${hidden ? 'invisible' : ''}`}>
      {suggestions.map((name) => {
        const title = t(`suggestion.${name}.title`)
        const rest = t(`suggestion.${name}.rest`)
        return (
          <li key={name}>
            <button
              type="button"
              onClick={() => onPick(`${title} ${rest}`)}
              className="h-full w-full rounded-2xl border border-line px-4 py-3 text-start text-sm leading-snug text-soft transition-colors hover:bg-hover hover:text-ink"
            >
              <span className="block font-medium text-ink">{title}</span> {rest}
            </button>
          </li>
        )
      })}
    </ul>
  )
}

/**
 * Fits the height of the text field to its text, up to the limit in its CSS. Not all browsers support
 * `field-sizing` yet.
 */
export function useAutoHeight(inputRef: RefObject<HTMLTextAreaElement | null>, text: string) {
  useLayoutEffect(() => {
    const input = inputRef.current
    if (input === null || input.value !== text) return
    input.style.height = 'auto'
    input.style.height = `${input.scrollHeight}px`
  }, [inputRef, text])
}
