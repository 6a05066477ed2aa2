'use client'
import { useCallback, useEffect, useState } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { useErrorMessage } from '@/components/api/use-error-message'
import { SettingSection } from '@/components/preference/setting-section'
import { Button } from '@/components/ui/button'
import { Notice, NoticeAction } from '@/components/ui/notice'
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

/** Lists the sessions of the account and ends them. */
export function SessionList() {
  const t = useTranslations('preference')
  const common = useTranslations('common')
  const errorMessage = useErrorMessage()
  const [sessions, setSessions] = useState<Sessions | null>(null)
  const [problem, setProblem] = useState<AuthFailure | null>(null)

  const load = useCallback(async () => {
    setProblem(null)
    const [all, current] = await Promise.all([listSessions(), getSession()])
    if (!all.ok) return setProblem(all.failure)
    const currentId = current.ok ? (current.value?.session.id ?? null) : null
    // This session comes first, then the newest.
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
        <Notice message={errorMessage(problem)}>
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
        <Button variant="quiet" onClick={() => void end(revokeOtherSessions())} className="mt-3">
          {t('sessions.endOthers')}
        </Button>
      )}
    </SettingSection>
  )
}

type SessionRowProps = { session: AuthSession; isCurrent: boolean; onRevoke: () => void }

function SessionRow({ session, isCurrent, onRevoke }: SessionRowProps) {
  const t = useTranslations('preference')
  const format = useFormatter()
  const { browser, system } = readDevice(session.userAgent ?? '')
  const known = system === null ? browser : t('sessions.device', { browser, system })
  const device = known === '' ? t('sessions.unknownDevice') : known
  const date = format.dateTime(new Date(session.createdAt), { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium [overflow-wrap:anywhere]">{device}</p>
        <p className="text-sm text-soft">
          {t('sessions.since', { date })}
          {session.ipAddress && (
            <>
              {' · '}
              <bdi>{session.ipAddress}</bdi>
            </>
          )}
        </p>
      </div>
      {isCurrent ? (
        <span className="shrink-0 rounded-full bg-card px-2.5 py-1 text-sm">{t('sessions.current')}</span>
      ) : (
        <Button variant="danger" onClick={onRevoke} aria-label={t('sessions.revokeDevice', { device })}>
          {t('sessions.revoke')}
        </Button>
      )}
    </li>
  )
}

const browsers = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const

const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const

type Device = { browser: string; system: string | null }

/**
 * Reads the browser and the system from a user agent, precisely enough to recognize a device. For an unknown
 * browser it returns the user agent itself. The order of the lists matters, because browsers also send the names
 * of those further down.
 */
export function readDevice(userAgent: string): Device {
  const browser = browsers.find(([mark]) => userAgent.includes(mark))?.[1]
  const system = systems.find(([mark]) => userAgent.includes(mark))?.[1] ?? null
  if (browser === undefined) return { browser: userAgent.slice(0, 60), system: null }
  return { browser, system }
}
