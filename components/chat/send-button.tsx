import { ArrowUp, Square } from 'lucide-react'

type SendButtonProps = { running: 'no' | 'yes' | 'stopping'; ready: boolean; onSend: () => void; onStop: () => void }

const look = 'grid size-10 shrink-0 place-items-center rounded-full transition-colors'

/** One place, one button: Send, or Stop while an answer is being written. */
export function SendButton({ running, ready, onSend, onStop }: SendButtonProps) {
  if (running === 'no') {
    return (
      // Not `disabled`: the button keeps its place in the tab order, and an empty box has nothing to send anyway.
      <button
        type="button"
        aria-label="Send"
        title="Send"
        aria-disabled={!ready}
        onClick={onSend}
        className={`${look} ${ready ? 'bg-accent text-on-accent hover:opacity-90' : 'cursor-default bg-card text-soft'}`}
      >
        <ArrowUp aria-hidden="true" className="size-5" />
      </button>
    )
  }
  return (
    <button
      type="button"
      aria-label={running === 'stopping' ? 'Stopping' : 'Stop'}
      title="Stop"
      disabled={running === 'stopping'}
      onClick={onStop}
      className={`${look} bg-ink text-page hover:opacity-85 disabled:opacity-50`}
    >
      <Square aria-hidden="true" className="size-3.5 fill-current" />
    </button>
  )
}
