'use client'

import { memo } from 'react'
import { useTranslations } from 'use-intl'
import { MarkdownInline } from '@/components/markdown/markdown-inline'
import { ScrollArea } from '@/components/ui/scroll-area'
import type { BlockToken, TableCell } from '@/lib/contract/markdown-token'

/** Physical directions, so that `left` stays left. Without an alignment, the direction of the text decides. */
const aligns = { left: 'text-left', center: 'text-center', right: 'text-right' }

/** Wide tables scroll inside their container. */
export function MarkdownTable({ table }: { table: BlockToken & { type: 'table' } }) {
  const t = useTranslations('markdown')
  const rows = table.rows.map((cells, index) => ({ key: String(index), cells }))
  return (
    <ScrollArea label={t('table')} className="rounded-xl border border-line">
      <table dir="auto" className="w-full border-collapse text-[0.9375rem]">
        <thead className="bg-card">
          <tr>{cellsOf(table.header, 'th')}</tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <MarkdownRow key={key} cells={cells} />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  )
}

type RowProps = { cells: TableCell[] }

/** A growing table is parsed again as a whole, but only rows whose text changed are rendered again. */
const MarkdownRow = memo(
  ({ cells }: RowProps) => <tr className="border-t border-line">{cellsOf(cells, 'td')}</tr>,
  (before, now) =>
    before.cells.length === now.cells.length &&
    before.cells.every(({ text, align }, at) => text === now.cells[at]?.text && align === now.cells[at]?.align),
)

function cellsOf(cells: TableCell[], Cell: 'th' | 'td') {
  const keyed = cells.map((cell, index) => ({ key: String(index), cell }))
  return keyed.map(({ key, cell }) => {
    const align = cell.align === null ? 'text-start' : aligns[cell.align]
    return (
      <Cell
        key={key}
        dir="auto"
        className={`min-w-24 px-3.5 py-2 align-top ${align} ${Cell === 'th' ? 'font-semibold' : ''}`}
      >
        <MarkdownInline tokens={cell.tokens} />
      </Cell>
    )
  })
}
