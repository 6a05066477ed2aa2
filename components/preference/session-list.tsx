'use client'

import { useCallback, useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailureWords } from '@/components/api/use-failure-words'
import { SessionRow } from '@/components/preference/session-row'
import { SettingSection } from '@/components/preference/setting-section'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { NoticeAction } from '@/components/ui/notice-action'
import {
  type AuthFailure,
  type AuthResult,
  type AuthSession,
  getSession,
  listSessions,
  revokeOtherSessions,
  revokeSession,
} from '@/lib/auth/browser-client'

type Sessions = { items: AuthSession[]; currentId: string | null }

/** Where this account is signed in, and how to end that. */
export function SessionList() {
  const t = useTranslations('preference')
  const common = useTranslations('common')
  const wordsOf = useFailureWords()
  const [sessions, setSessions] = useState<Sessions | null>(null)
  const [problem, setProblem] = useState<AuthFailure | null>(null)

  const load = useCallback(async () => {
    setProblem(null)
    const [all, own] = await Promise.all([listSessions(), getSession()])
    if (!all.ok) return setProblem(all.failure)
    const currentId = own.ok ? (own.value?.session.id ?? null) : null
    // This device first, then the newest.
    const items = all.value.toSorted(
      (a, b) => Number(b.id === currentId) - Number(a.id === currentId) || b.createdAt.localeCompare(a.createdAt),
    )
    setSessions({ items, currentId })
  }, [])
  useEffect(() => void load(), [load])

  const end = async (ending: Promise<AuthResult<unknown>>) => {
    const result = await ending
    if (!result.ok) return setProblem(result.failure)
    await load()
  }
  return (
    <SettingSection title={t('sessions.legend')} lead={t('sessions.words')}>
      {problem !== null && (
        <Notice message={wordsOf(problem)}>
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
              onRevoke={() => void end(revokeSession({ token: session.token }))}
            />
          ))}
        </ul>
      )}
      {sessions !== null && sessions.items.length > 2 && (
        <Button look="quiet" onClick={() => void end(revokeOtherSessions())} className="mt-3">
          {t('sessions.endOthers')}
        </Button>
      )}
    </SettingSection>
  )
}
