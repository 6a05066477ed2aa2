import type { ReactNode } from 'react'
import { GoldfishMark } from '@/components/ui/goldfish-mark'

/** The frame of every page that is seen without being signed in. */
export function AuthCard({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center bg-rail px-4 py-10">
      <div className="w-full max-w-sm">
        <a
          href="/sign-in"
          className="mx-auto mb-8 flex w-fit items-center gap-2.5 rounded-lg text-xl font-semibold tracking-tight"
        >
          <GoldfishMark className="size-9" />
          Goldfish
        </a>
        <div className="rounded-2xl border border-line bg-page p-6 shadow-lift sm:p-8">
          <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
          {lead !== undefined && <p className="mt-1.5 text-soft">{lead}</p>}
          <div className="mt-6">{children}</div>
        </div>
      </div>
    </main>
  )
}
