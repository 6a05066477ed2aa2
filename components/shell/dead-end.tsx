import type { ReactNode } from 'react'
import { GoldfishMark } from '@/components/ui/goldfish-mark'

/** A page on which nothing goes on: what happened, and the ways out as children. */
export function DeadEnd({ title, words, children }: { title: string; words: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center bg-page px-4 text-ink">
      <div className="max-w-md text-center">
        <GoldfishMark className="mx-auto mb-4 size-14" />
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-2 mb-6 text-soft">{words}</p>
        {children}
      </div>
    </main>
  )
}
