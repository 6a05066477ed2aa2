'use client'
import { ArrowUp, ChevronDown, Hourglass, Paperclip, Square } from 'lucide-react'
import { useRef } from 'react'
import { useTranslations } from 'use-intl'
import { currentModel, useSettings } from '@/components/preference/settings-context'
import { IconButton } from '@/components/ui/button'

type SendButtonProps = { running: 'no' | 'yes' | 'stopping'; ready: boolean; onSend: () => void; onStop: () => void }

const round = 'grid size-10 shrink-0 place-items-center rounded-full transition-colors'

/**
 * Shows Send, or Stop while an answer is being generated. If there is text meanwhile, it shows both: Send then
 * queues the message until the answer has finished.
 */
export function SendButton({ running, ready, onSend, onStop }: SendButtonProps) {
  const t = useTranslations('chat')
  const label = running === 'no' ? t('send') : t('sendLater')
  const stop = running === 'stopping' ? t('stopping') : t('stop')
  return (
    <div className="flex items-center gap-2">
      {running !== 'no' && (
        <button
          type="button"
          aria-label={stop}
          title={stop}
          disabled={running === 'stopping'}
          onClick={onStop}
          className={`${round} ${ready ? 'border border-line text-ink hover:bg-hover' : 'bg-ink text-page hover:opacity-85'} disabled:opacity-50`}
        >
          <Square aria-hidden="true" className="size-3.5 fill-current" />
        </button>
      )}
      {(running === 'no' || ready) && (
        // Not `disabled`, because the button must keep its place in the tab order. Sending an empty composer has
        // no effect.
        <button
          type="button"
          aria-label={label}
          title={label}
          aria-disabled={!ready}
          onClick={onSend}
          className={`${round} ${ready ? 'bg-accent text-on-accent hover:opacity-90' : 'cursor-default bg-card text-soft'}`}
        >
          <ArrowUp aria-hidden="true" className="size-5" />
        </button>
      )}
    </div>
  )
}

/** Selects the model. It is shown only if there is more than one, and stores the choice as a preference. */
export function ModelPicker() {
  const t = useTranslations('chat')
  const { preferences, models, save } = useSettings()
  const offered = models?.items.filter((model) => model.available) ?? []
  if (offered.length < 2) return <span />
  return (
    <span className="relative inline-flex min-w-0 items-center rounded-full text-sm text-soft hover:bg-hover hover:text-ink">
      <select
        aria-label={t('model')}
        value={currentModel({ preferences, models })?.id ?? ''}
        onChange={(event) => void save({ model: event.target.value })}
        className="field-sizing-content min-w-0 max-w-60 appearance-none truncate rounded-full bg-transparent py-2 ps-3 pe-8"
      >
        {offered.map((model) => (
          <option key={model.id} value={model.id} className="bg-lift text-ink">
            {model.name}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden="true" className="pointer-events-none absolute end-2.5 size-4" />
    </span>
  )
}

type TemporaryToggleProps = { on: boolean; onChange: (on: boolean) => void }

/** Shown before the first message of a chat: makes the chat temporary, so that it is deleted after a day. */
export function TemporaryToggle({ on, onChange }: TemporaryToggleProps) {
  const t = useTranslations('chat')
  return (
    <button
      type="button"
      aria-pressed={on}
      title={t('temporary.hint')}
      onClick={() => onChange(!on)}
      className="inline-flex h-9 items-center gap-1.5 rounded-full px-2.5 text-sm text-soft transition-colors hover:bg-hover hover:text-ink aria-pressed:bg-card aria-pressed:text-accent"
    >
      <Hourglass aria-hidden="true" className="size-4" />
      {t('temporary.toggle')}
    </button>
  )
}

/** Only filters the file chooser. The real type of a file is detected when it is attached. */
const accepted = 'image/*,text/*,.md,.csv,.json,.log,.xml,.yaml,.yml,.ts,.tsx,.js,.jsx,.py,.sql,.sh,.toml,.ini'

export function AttachButton({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const t = useTranslations('chat')
  const inputRef = useRef<HTMLInputElement>(null)
  return (
    <>
      <IconButton label={t('attach')} onClick={() => inputRef.current?.click()} className="rounded-full">
        <Paperclip aria-hidden="true" className="size-4.5" />
      </IconButton>
      <input
        ref={inputRef}
        type="file"
        multiple
        accept={accepted}
        hidden
        aria-label={t('attach')}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          // Without this reset, choosing the same file again would not fire a change event.
          event.target.value = ''
        }}
      />
    </>
  )
}
