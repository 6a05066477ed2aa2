'use client'

import { Check, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslations } from 'use-intl'
import { TodoEditor } from '@/components/todo/todo-editor'
import { IconButton } from '@/components/ui/button'
import type { TodoItem, TodoPatch } from '@/lib/contract/api'

type TodoRowProps = {
  item: TodoItem
  editing: boolean
  onEdit: () => void
  onEdited: (patch: TodoPatch | null) => void
  onTick: () => void
  onDelete: () => void
}

/** A todo: a checkbox, a title that can be clicked to edit it, and a delete button. */
export function TodoRow({ item, editing, onEdit, onEdited, onTick, onDelete }: TodoRowProps) {
  const t = useTranslations('todo')
  const id = useId()
  const [unfolded, setUnfolded] = useState(false)
  const { title, description, done } = item
  return (
    <li
      data-todo={item.id}
      className="group/todo flex items-start gap-3 rounded-xl px-3 py-1 focus-within:bg-rail hover:bg-rail"
    >
      <span className="relative mt-2 grid size-6 shrink-0 place-items-center">
        <input
          type="checkbox"
          checked={done}
          onChange={onTick}
          aria-labelledby={id}
          className="peer size-6 cursor-pointer appearance-none rounded-full border-2 border-edge after:absolute after:-inset-2.5 checked:border-accent checked:bg-accent hover:border-accent"
        />
        <Check
          aria-hidden="true"
          strokeWidth={3}
          className="pointer-events-none absolute size-3.5 text-on-accent opacity-0 peer-checked:opacity-100"
        />
      </span>
      {editing ? (
        <div className="min-w-0 flex-1 py-1">
          <span id={id} hidden>
            {title}
          </span>
          <TodoEditor item={item} onDone={onEdited} />
        </div>
      ) : (
        <>
          <div className="min-w-0 flex-1">
            <button
              type="button"
              onClick={onEdit}
              title={t('row.edit', { title })}
              className="block w-full cursor-text rounded-lg py-2 text-start [overflow-wrap:anywhere]"
            >
              {/* The line has the page's direction, so that the title is always beside its checkbox. */}
              <span id={id} dir="auto" className={done ? 'text-soft line-through' : ''}>
                {title}
              </span>
            </button>
            {description !== '' && (
              <button
                type="button"
                aria-label={unfolded ? undefined : t('row.description', { title })}
                aria-expanded={unfolded}
                onClick={() => setUnfolded(!unfolded)}
                className="-mt-1.5 mb-1 block w-full rounded-lg text-start text-sm text-soft [overflow-wrap:anywhere]"
              >
                <span className={unfolded ? 'block whitespace-pre-wrap' : 'line-clamp-1'}>
                  <span dir="auto">{description}</span>
                </span>
              </button>
            )}
          </div>
          <IconButton
            label={t('row.delete', { title })}
            onClick={onDelete}
            className="mt-0.5 -me-1.5 pointer-coarse:size-11 pointer-coarse:-mt-0.5 pointer-fine:opacity-0 pointer-fine:group-focus-within/todo:opacity-100 pointer-fine:group-hover/todo:opacity-100"
          >
            <Trash2 aria-hidden="true" className="size-4" />
          </IconButton>
        </>
      )}
    </li>
  )
}
