import type { ReactNode } from 'react'
import { GoldfishMark } from '@/components/ui/goldfish-mark'

/** The layout of all pages for signed-out users. */
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

/**
 * A link between two pages for signed-out users that passes `next` on. It is a plain link, because `next/link`
 * would be a third of the JavaScript that these pages load besides the framework.
 */
export function AuthLink({ href, next, label }: { href: string; next: string; label: string }) {
  const target = next === '/' ? href : `${href}?next=${encodeURIComponent(next)}`
  return (
    <a href={target} className="rounded font-medium text-accent underline underline-offset-4 hover:decoration-2">
      {label}
    </a>
  )
}
