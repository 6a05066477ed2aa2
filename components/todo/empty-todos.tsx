import { ListTodo } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { TodoFilter } from '@/lib/contract/api'

export function EmptyTodos({ filter }: { filter: TodoFilter }) {
  const t = useTranslations('todo')
  return (
    <div className="py-12 text-center">
      <ListTodo aria-hidden="true" strokeWidth={1.5} className="mx-auto mb-3 size-10 text-soft" />
      <p className="font-medium">{t(`empty.${filter}`)}</p>
      <p className="mx-auto max-w-sm text-sm text-soft">{t(`empty.${filter}Hint`)}</p>
    </div>
  )
}
