import type { Metadata } from 'next'
import { DeadEnd } from '@/components/shell/dead-end'

export const metadata: Metadata = { title: 'Not found' }

export default function NotFound() {
  return (
    <DeadEnd title="There is nothing here" words="This page does not exist, or does not any more.">
      <a href="/" className="rounded font-medium text-accent underline underline-offset-4">
        To your chats
      </a>
    </DeadEnd>
  )
}
