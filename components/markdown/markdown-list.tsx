'use client'

import type { Token, Tokens } from 'marked'
import { memo, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'

/** What renders the blocks inside an item: given from outside, since blocks hold lists and lists hold blocks. */
type RenderBlocks = (tokens: readonly Token[]) => ReactNode

export function MarkdownList({ list, renderBlocks }: { list: Tokens.List; renderBlocks: RenderBlocks }) {
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
    <ol dir="auto" start={list.start === '' ? 1 : list.start} className={`${looks} list-decimal ps-7`}>
      {children}
    </ol>
  )
}

type ItemProps = { item: Tokens.ListItem; renderBlocks: RenderBlocks }

const MarkdownListItem = memo(function MarkdownListItem({ item, renderBlocks }: ItemProps) {
  const t = useTranslations('markdown')
  const body = renderBlocks(item.tokens.filter((token) => token.type !== 'checkbox'))
  if (!item.task) return <li className="space-y-1.5 ps-1">{body}</li>
  return (
    <li className="flex gap-2.5">
      <input
        type="checkbox"
        checked={item.checked === true}
        disabled
        aria-label={item.checked === true ? t('done') : t('toDo')}
        className="mt-1.5 size-4 shrink-0 accent-accent"
      />
      <div className="min-w-0 space-y-1.5">{body}</div>
    </li>
  )
})
