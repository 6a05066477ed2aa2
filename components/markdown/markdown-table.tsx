import type { Tokens } from 'marked'
import { MarkdownInline } from '@/components/markdown/markdown-inline'
import { ScrollArea } from '@/components/ui/scroll-area'

const aligns = { left: 'text-left', center: 'text-center', right: 'text-right' }

/** Wide tables scroll in themselves; the page never does sideways. */
export function MarkdownTable({ table }: { table: Tokens.Table }) {
  const rows = table.rows.map((cells, index) => ({ key: String(index), cells }))
  return (
    <ScrollArea label="Table" className="rounded-xl border border-line">
      <table className="w-full border-collapse text-[0.9375rem]">
        <thead className="bg-card">
          <tr>{cellsOf(table.header)}</tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key} className="border-t border-line">
              {cellsOf(cells)}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  )
}

function cellsOf(cells: Tokens.TableCell[]) {
  const keyed = cells.map((cell, index) => ({ key: String(index), cell }))
  return keyed.map(({ key, cell }) => {
    const Cell = cell.header ? 'th' : 'td'
    return (
      <Cell
        key={key}
        className={`px-3.5 py-2 align-top ${aligns[cell.align ?? 'left']} ${cell.header ? 'font-semibold' : ''}`}
      >
        <MarkdownInline tokens={cell.tokens} />
      </Cell>
    )
  })
}
