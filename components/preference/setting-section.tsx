import { type ReactNode, useId } from 'react'

export function SettingSection({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="mb-1 text-lg font-semibold">
        {title}
      </h2>
      {lead !== undefined && <p className="mb-3 text-sm text-soft">{lead}</p>}
      {children}
    </section>
  )
}
