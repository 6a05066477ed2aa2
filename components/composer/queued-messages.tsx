'use client'
import { Pencil, X } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { Queue, QueuedMessage } from '@/components/chat/use-queue'
import { IconButton } from '@/components/ui/button'

type QueuedMessagesProps = { queue: Queue; idle: boolean; onEdit: (item: QueuedMessage) => void }

/**
 * Lists the messages that will be sent after the running answer. If that answer failed or was stopped, it asks
 * whether to send them.
 */
export function QueuedMessages({ queue, idle, onEdit }: QueuedMessagesProps) {
  const t = useTranslations('chat')
  const { items, pause } = queue
  if (items.length === 0) return null
  const paused = pause !== 'no' && idle
  return (
    <section
      aria-label={t('queue.name')}
      className="mx-3 rounded-t-2xl border border-b-0 border-line bg-rail px-3 py-2"
    >
      <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-soft">
        <span className="flex-1 basis-48">
          {paused ? t(`queue.${pause}`) : t('queue.waiting', { count: items.length })}
        </span>
        {paused && (
          <div className="flex gap-2">
            <QueueAction label={t('queue.goOn')} onAct={queue.resume} />
            <QueueAction label={t('queue.clear')} onAct={queue.clear} />
          </div>
        )}
      </div>
      <ul className="max-h-36 overflow-y-auto">
        {items.map((item) => (
          <li key={item.id} className="flex items-center gap-1">
            <p dir="auto" className="min-w-0 flex-1 truncate text-sm">
              {item.text}
              {item.files.length > 0 && (
                <span className="text-soft"> {t('queue.files', { count: item.files.length })}</span>
              )}
            </p>
            <IconButton label={t('queue.edit')} onClick={() => onEdit(item)} className="size-8">
              <Pencil aria-hidden="true" className="size-3.5" />
            </IconButton>
            <IconButton label={t('queue.remove')} onClick={() => queue.remove(item)} className="size-8">
              <X aria-hidden="true" className="size-4" />
            </IconButton>
          </li>
        ))}
      </ul>
    </section>
  )
}

function QueueAction({ label, onAct }: { label: string; onAct: () => void }) {
  return (
    <button
      type="button"
      onClick={onAct}
      className="rounded-lg border border-edge px-2.5 py-1 font-medium text-ink hover:bg-hover"
    >
      {label}
    </button>
  )
}
