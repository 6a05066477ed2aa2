'use client'

import { useCallback, useEffect, useId, useState } from 'react'
import { SessionRow } from '@/components/preference/session-row'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'
import { type AuthSession, getSession, listSessions, revokeSession } from '@/lib/auth/browser-client'

type Sessions = { items: AuthSession[]; currentId: string | null }

/** Where this account is signed in, and how to end that. */
export function SessionList() {
  const id = useId()
  const [sessions, setSessions] = useState<Sessions | null>(null)
  const [problem, setProblem] = useState<string | null>(null)

  const load = useCallback(async () => {
    setProblem(null)
    const [all, own] = await Promise.all([listSessions(), getSession()])
    if (!all.ok) return setProblem(all.failure.message)
    const currentId = own.ok ? (own.value?.session.id ?? null) : null
    const items = all.value.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
    setSessions({ items, currentId })
  }, [])
  useEffect(() => void load(), [load])

  const revoke = async (session: AuthSession) => {
    const result = await revokeSession({ token: session.token })
    if (!result.ok) return setProblem(result.failure.message)
    await load()
  }
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="mb-1 text-lg font-semibold">
        Sessions
      </h2>
      <p className="mb-3 text-sm text-soft">Where you are signed in. A revoked session ends with its next request.</p>
      {problem !== null && (
        <Notice message={problem}>
          <NoticeAction label="Retry" onAct={() => void load()} />
        </Notice>
      )}
      {problem === null && sessions === null && <p role="status">Loading your sessions…</p>}
      {sessions !== null && (
        <ul className="divide-y divide-line rounded-xl border border-line">
          {sessions.items.map((session) => (
            <SessionRow
              key={session.id}
              session={session}
              isCurrent={session.id === sessions.currentId}
              onRevoke={() => void revoke(session)}
            />
          ))}
        </ul>
      )}
    </section>
  )
}
