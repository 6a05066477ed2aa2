'use client'

import { DeadEnd } from '@/components/shell/dead-end'
import { Button } from '@/components/ui/button'

export default function PageError({ retry }: { error: unknown; retry: () => void }) {
  return (
    <DeadEnd title="This page did not load" words="Something went wrong on our side. Your chats are safe.">
      <Button onClick={retry}>Retry</Button>
    </DeadEnd>
  )
}
