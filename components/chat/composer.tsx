'use client'

import { type KeyboardEvent, type RefObject, useEffect } from 'react'
import type { Failure } from '@/components/api/failure'
import { isSendKey } from '@/components/chat/is-send-key'
import { messageLimit } from '@/components/chat/message-limit'
import { ModelPicker } from '@/components/chat/model-picker'
import { RefusalNotice } from '@/components/chat/refusal-notice'
import { SendButton } from '@/components/chat/send-button'
import { Suggestions } from '@/components/chat/suggestions'
import { useAutoHeight } from '@/components/chat/use-auto-height'
import { useDraft } from '@/components/chat/use-draft'
import { useSettings } from '@/components/preference/settings-context'
import { Notice } from '@/components/ui/notice'

type ComposerProps = {
  userId: string
  /** Null for a new chat: its draft belongs to no conversation yet. */
  conversationId: string | null
  inputRef: RefObject<HTMLTextAreaElement | null>
  running: 'no' | 'yes' | 'stopping'
  withSuggestions: boolean
  /** Why the last thing asked of the server was refused. */
  refusal: Failure | null
  onSend: (text: string) => Promise<boolean>
  onStop: () => void
}

const isTouch = () => window.matchMedia('(pointer: coarse)').matches

export function Composer({
  userId,
  conversationId,
  inputRef,
  running,
  withSuggestions,
  refusal,
  onSend,
  onStop,
}: ComposerProps) {
  const { preferences } = useSettings()
  const { text, change, take, settle } = useDraft(userId, conversationId, inputRef)
  useAutoHeight(inputRef, text)
  const tooLong = messageLimit(text)
  const ready = text.trim() !== '' && tooLong === null && running === 'no'

  useEffect(() => {
    // On touch, focus would push the keyboard over the page before anybody asked for it.
    if (!isTouch()) inputRef.current?.focus()
  }, [inputRef])

  const send = async () => {
    if (!ready) return
    // What the server refuses anyway, and nobody typed on purpose: NUL and halves of surrogate pairs.
    const sent = text.replaceAll('\0', '').toWellFormed().trim()
    take(sent)
    if (isTouch()) inputRef.current?.blur()
    else inputRef.current?.focus()
    settle(await onSend(sent))
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (!isSendKey(event.nativeEvent, preferences?.sendKey ?? 'enter')) return
    event.preventDefault()
    void send()
  }
  const pick = (suggestion: string) => {
    change(suggestion)
    inputRef.current?.focus()
  }

  return (
    <div className="reading-width">
      <div className="mb-2 empty:hidden">
        {tooLong !== null && <Notice message={tooLong} />}
        {tooLong === null && refusal !== null && (
          <RefusalNotice failure={refusal} onRetry={ready ? () => void send() : null} />
        )}
      </div>
      {/* Not a form: before our script runs, a browser would submit it by itself, and the text would be gone. */}
      <div className="rounded-3xl border border-line bg-lift p-2 shadow-lift focus-within:border-edge">
        <textarea
          ref={inputRef}
          value={text}
          onChange={(event) => change(event.target.value)}
          onKeyDown={onKeyDown}
          rows={1}
          aria-label="Message"
          placeholder="Ask Goldfish anything"
          enterKeyHint="send"
          className="block max-h-[40dvh] min-h-11 w-full resize-none bg-transparent px-3 py-2.5 text-base leading-6 outline-none placeholder:text-soft"
        />
        <div className="flex items-center justify-between gap-2">
          <ModelPicker />
          <SendButton running={running} ready={ready} onSend={() => void send()} onStop={onStop} />
        </div>
      </div>
      {withSuggestions && <Suggestions hidden={text !== ''} onPick={pick} />}
    </div>
  )
}
