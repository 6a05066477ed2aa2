'use client'

import { type ClipboardEvent, type KeyboardEvent, type RefObject, useEffect } from 'react'
import { useTranslations } from 'use-intl'
import type { Failure } from '@/components/api/failure'
import { AttachButton } from '@/components/chat/attach-button'
import { AttachmentChips } from '@/components/chat/attachment-chips'
import { ComposerNotices } from '@/components/chat/composer-notices'
import { excessKib } from '@/components/chat/excess-kib'
import { isSendKey } from '@/components/chat/is-send-key'
import { isTouch } from '@/components/chat/is-touch'
import { ModelPicker } from '@/components/chat/model-picker'
import { cleanText, type OutgoingMessage } from '@/components/chat/outgoing-message'
import type { QueuedMessage } from '@/components/chat/queue-storage'
import { QueuedMessages } from '@/components/chat/queued-messages'
import { SendButton } from '@/components/chat/send-button'
import { Suggestions } from '@/components/chat/suggestions'
import { TemporaryToggle } from '@/components/chat/temporary-toggle'
import { useThreadActions } from '@/components/chat/thread-actions-context'
import { useAttachments } from '@/components/chat/use-attachments'
import { useAutoHeight } from '@/components/chat/use-auto-height'
import { useDraft } from '@/components/chat/use-draft'
import { useFileDrop } from '@/components/chat/use-file-drop'
import type { Queue } from '@/components/chat/use-queue'
import { currentModel, useSettings } from '@/components/preference/settings-context'

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
