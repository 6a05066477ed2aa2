import type { Token, Tokens } from 'marked'
import type { ReactNode } from 'react'

/** What renders the blocks inside an item: given from outside, since blocks hold lists and lists hold blocks. */
type RenderBlocks = (tokens: readonly Token[]) => ReactNode

export function MarkdownList({ list, renderBlocks }: { list: Tokens.List; renderBlocks: RenderBlocks }) {
  const items = list.items.map((item, index) => ({ key: String(index), item }))
  const isTasks = list.items.length > 0 && list.items.every((item) => item.task)
  const children = items.map(({ key, item }) => <MarkdownListItem key={key} item={item} renderBlocks={renderBlocks} />)
  const looks = `${list.loose ? 'space-y-3' : 'space-y-1.5'} marker:text-soft`
  if (isTasks) return <ul className={`${looks} list-none pl-1`}>{children}</ul>
  if (!list.ordered) return <ul className={`${looks} list-disc pl-6`}>{children}</ul>
  return (
    <ol start={list.start === '' ? 1 : list.start} className={`${looks} list-decimal pl-7`}>
      {children}
    </ol>
  )
}

function MarkdownListItem({ item, renderBlocks }: { item: Tokens.ListItem; renderBlocks: RenderBlocks }) {
  const body = renderBlocks(item.tokens.filter((token) => token.type !== 'checkbox'))
  if (!item.task) return <li className="space-y-1.5 pl-1">{body}</li>
  return (
    <li className="flex gap-2.5">
      <input
        type="checkbox"
        checked={item.checked === true}
        disabled
        aria-label={item.checked === true ? 'Done' : 'To do'}
        className="mt-1.5 size-4 shrink-0 accent-accent"
      />
      <div className="min-w-0 space-y-1.5">{body}</div>
    </li>
  )
}
