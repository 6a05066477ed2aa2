'use client'

import { DeadEnd } from '@/components/shell/dead-end'
import { Button } from '@/components/ui/button'
import './globals.css'

/** Stands in for the root layout when that itself fails, so it brings its own document. In English: messages come through that layout. */
export default function GlobalError({ retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body className="bg-page font-sans text-ink">
        <title>Something went wrong · Goldfish</title>
        <DeadEnd title="Goldfish did not load" words="Something went wrong on our side. Your chats are safe.">
          <Button onClick={retry}>Retry</Button>
        </DeadEnd>
      </body>
    </html>
  )
}
