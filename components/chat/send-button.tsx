import { ArrowUp, Square } from 'lucide-react'
import { useTranslations } from 'use-intl'

type SendButtonProps = { running: 'no' | 'yes' | 'stopping'; ready: boolean; onSend: () => void; onStop: () => void }

const round = 'grid size-10 shrink-0 place-items-center rounded-full transition-colors'

/**
 * One place, one button: Send, or Stop while an answer is being written. Once there is something to send meanwhile, it is
 * Send again, for after the answer, and Stop stands beside it.
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
        // Not `disabled`: the button keeps its place in the tab order, and an empty box has nothing to send anyway.
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
