'use client'

import { useTranslations } from 'use-intl'
import { ScrollArea } from '@/components/ui/scroll-area'
import type { ToolPart } from '@/lib/contract/ui-message'

/** Longer than this nobody reads it here, and a browser would take its time to lay it out. */
const mostCharacters = 20_000

/** As it is, and as text: it can be anything, from anybody. */
function asText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '')
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters).toWellFormed()}…` : text
}

/** What a tool was asked, and what it answered. */
export function ToolDetails({ part }: { part: ToolPart }) {
  const t = useTranslations('tool')
  const rows = [
    { name: t('asked'), text: asText(part.input) },
    { name: t('answered'), text: asText(part.state === 'output-error' ? part.errorText : part.output) },
  ]
  return (
    <dl className="space-y-2 px-3.5 pt-1 pb-3 text-xs">
      {rows.map(
        ({ name, text }) =>
          text !== '' && (
            <div key={name}>
              <dt className="mb-1">{name}</dt>
              <dd>
                <ScrollArea label={name} className="max-h-60 overflow-y-auto rounded-lg bg-card">
                  <pre dir="ltr" className="px-3 py-2 font-mono whitespace-pre-wrap text-ink [overflow-wrap:anywhere]">
                    {text}
                  </pre>
                </ScrollArea>
              </dd>
            </div>
          ),
      )}
    </dl>
  )
}
