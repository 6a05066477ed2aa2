'use client'

import { useCallback, useEffect, useId, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailureWords } from '@/components/api/use-failure-words'
import { SessionRow } from '@/components/preference/session-row'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'
import { type AuthFailure, type AuthSession, getSession, listSessions, revokeSession } from '@/lib/auth/browser-client'

type Sessions = { items: AuthSession[]; currentId: string | null }

/** Where this account is signed in, and how to end that. */
export function SessionList() {
  const t = useTranslations('preference')
  const common = useTranslations('common')
  const words = useFailureWords()
  const id = useId()
  const [sessions, setSessions] = useState<Sessions | null>(null)
  const [problem, setProblem] = useState<AuthFailure | null>(null)

  const load = useCallback(async () => {
    setProblem(null)
    const [all, own] = await Promise.all([listSessions(), getSession()])
    if (!all.ok) return setProblem(all.failure)
    const currentId = own.ok ? (own.value?.session.id ?? null) : null
    const items = all.value.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
    setSessions({ items, currentId })
  }, [])
  useEffect(() => void load(), [load])

  const revoke = async (session: AuthSession) => {
    const result = await revokeSession({ token: session.token })
    if (!result.ok) return setProblem(result.failure)
    await load()
  }
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="mb-1 text-lg font-semibold">
        {t('sessions.legend')}
      </h2>
      <p className="mb-3 text-sm text-soft">{t('sessions.words')}</p>
      {problem !== null && (
        <Notice message={words(problem)}>
          <NoticeAction label={common('retry')} onAct={() => void load()} />
        </Notice>
      )}
      {problem === null && sessions === null && <p role="status">{t('sessions.loading')}</p>}
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
