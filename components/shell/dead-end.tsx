import type { ReactNode } from 'react'
import { GoldfishMark } from '@/components/ui/goldfish-mark'

/** A full-page message, such as an error. `children` are the links that lead away from it. */
export function DeadEnd({ title, message, children }: { title: string; message: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center bg-page px-4 text-ink">
      <div className="max-w-md text-center">
        <GoldfishMark className="mx-auto mb-4 size-14" />
        <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
        <p className="mt-2 mb-6 text-soft">{message}</p>
        {children}
      </div>
    </main>
  )
}
