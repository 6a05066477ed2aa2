'use client'

import { DeadEnd } from '@/components/shell/dead-end'
import { Button } from '@/components/ui/button'
import './globals.css'

/**
 * Replaces the root layout if that fails, so it must render its own document. It is in English, because the
 * layout provides the messages.
 */
export default function GlobalError({ retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body className="bg-page font-sans text-ink">
        <title>Something went wrong · Goldfish</title>
        <DeadEnd title="Couldn’t load Goldfish" message="Something went wrong on our side. Your chats are safe.">
          <Button onClick={retry}>Retry</Button>
        </DeadEnd>
      </body>
    </html>
  )
}
