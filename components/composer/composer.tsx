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
  /** Null for a new chat: its draft belongs to no conversation yet. */
  conversationId: string | null
  inputRef: RefObject<HTMLTextAreaElement | null>
  running: 'no' | 'yes' | 'stopping'
  queue: Queue
  /** Null once the chat is what it is. */
  temporary: { on: boolean; onChange: (on: boolean) => void } | null
  withSuggestions: boolean
  /** Why the last thing asked of the server was refused. */
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
  const { text, change, take, settle } = useDraft(userId, conversationId, inputRef)
  // What was refused is then the edited message; its box says so.
  const editing = useThreadActions()?.editing != null
  const attachments = useAttachments()
  const dropping = useFileDrop(attachments.add)
  useAutoHeight(inputRef, text)
  const excess = excessKib(text)
  const model = currentModel({ preferences, models })
  const hasImage = attachments.files.some(({ part }) => part.mediaType.startsWith('image/'))
  const blindModel = hasImage && model?.vision === false ? model.name : null
  const something = text.trim() !== '' || attachments.files.length > 0
  const ready = something && excess === null && !attachments.tooMuch && !attachments.reading

  useEffect(() => {
    // On touch, focus would push the keyboard over the page before anybody asked for it.
    if (!isTouch()) inputRef.current?.focus()
  }, [inputRef])

  const send = async () => {
    if (!ready) return
    const message: OutgoingMessage = { text: cleanText(text), files: attachments.take() }
    if (isTouch()) inputRef.current?.blur()
    else inputRef.current?.focus()
    if (running !== 'no') {
      change('')
      queue.add(message)
      return
    }
    take(message.text)
    const accepted = await onSend(message)
    settle(accepted)
    if (!accepted) attachments.giveBack(message.files)
  }
  const editQueued = (item: QueuedMessage) => {
    queue.remove(item)
    change([item.text, text].filter((part) => part !== '').join('\n\n'))
    attachments.giveBack(item.files)
    inputRef.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (!isSendKey(event.nativeEvent, preferences?.sendKey ?? 'enter')) return
    event.preventDefault()
    void send()
  }
  const onPaste = (event: ClipboardEvent) => {
    const { files, types } = event.clipboardData
    // A cell of a table comes as text and as a picture of itself: text stays text, however long.
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
      {/* Not a form: before our script runs, a browser would submit it by itself, and the text would be gone. */}
      <div className="relative rounded-3xl border border-line bg-lift p-2 shadow-lift focus-within:border-edge">
        <AttachmentChips files={attachments.files} reading={attachments.reading} onRemove={attachments.remove} />
        <textarea
          ref={inputRef}
          value={text}
          // An empty box is as the page is: its placeholder is in the page's language.
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
      {withSuggestions && <Suggestions hidden={something} onPick={pick} />}
    </div>
  )
}

/** What is asked is both together; the second half only explains the first. */
const suggestions = ['tides', 'reminder', 'compare', 'todos'] as const

/** Gone as soon as there is text, without the box above moving: their room stays. */
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

/** The box is as high as its text; the upper limit is its style's. `field-sizing` does not exist everywhere yet. */
export function useAutoHeight(inputRef: RefObject<HTMLTextAreaElement | null>, text: string) {
  useLayoutEffect(() => {
    const input = inputRef.current
    if (input === null || input.value !== text) return
    input.style.height = 'auto'
    input.style.height = `${input.scrollHeight}px`
  }, [inputRef, text])
}
