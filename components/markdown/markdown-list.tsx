'use client'

import { memo, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import type { BlockToken, ListItem } from '@/lib/contract/markdown-token'

/** Renders the blocks inside an item. It is passed in, because an import would form a cycle: blocks contain lists. */
type RenderBlocks = (tokens: readonly BlockToken[]) => ReactNode

export function MarkdownList({
  list,
  renderBlocks,
}: {
  list: BlockToken & { type: 'list' }
  renderBlocks: RenderBlocks
}) {
  const items = list.items.map((item, index) => ({ key: String(index), item }))
  const isTasks = list.items.length > 0 && list.items.every((item) => item.task)
  const children = items.map(({ key, item }) => <MarkdownListItem key={key} item={item} renderBlocks={renderBlocks} />)
  const looks = `${list.loose ? 'space-y-3' : 'space-y-1.5'} marker:text-soft`
  if (isTasks)
    return (
      <ul dir="auto" className={`${looks} list-none ps-1`}>
        {children}
      </ul>
    )
  if (!list.ordered)
    return (
      <ul dir="auto" className={`${looks} list-disc ps-6`}>
        {children}
      </ul>
    )
  return (
    <ol dir="auto" start={list.start} className={`${looks} list-decimal ps-7`}>
      {children}
    </ol>
  )
}

type ItemProps = { item: ListItem; renderBlocks: RenderBlocks }

const MarkdownListItem = memo(function MarkdownListItem({ item, renderBlocks }: ItemProps) {
  const t = useTranslations('markdown')
  const body = renderBlocks(item.tokens)
  if (!item.task) return <li className="space-y-1.5 ps-1">{body}</li>
  return (
    <li className="flex gap-2.5">
      <input
        type="checkbox"
        checked={item.checked}
        disabled
        aria-label={item.checked ? t('done') : t('toDo')}
        className="mt-1.5 size-4 shrink-0 accent-accent"
      />
      <div className="min-w-0 space-y-1.5">{body}</div>
    </li>
  )
})
