'use client'

import { useFormatter, useTranslations } from 'use-intl'
import { readDevice } from '@/components/preference/read-device'
import { Button } from '@/components/ui/button'
import type { AuthSession } from '@/lib/auth/browser-client'

type SessionRowProps = { session: AuthSession; isCurrent: boolean; onRevoke: () => void }

export function SessionRow({ session, isCurrent, onRevoke }: SessionRowProps) {
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
        <Button look="danger" onClick={onRevoke} aria-label={t('sessions.revokeDevice', { device })}>
          {t('sessions.revoke')}
        </Button>
      )}
    </li>
  )
}
