'use client'

import { useFormatter, useTranslations } from 'use-intl'
import { deviceName } from '@/components/preference/device-name'
import { Button } from '@/components/ui/button'
import type { AuthSession } from '@/lib/auth/browser-client'

type SessionRowProps = { session: AuthSession; isCurrent: boolean; onRevoke: () => void }

export function SessionRow({ session, isCurrent, onRevoke }: SessionRowProps) {
  const t = useTranslations('preference')
  const format = useFormatter()
  const known = deviceName(session.userAgent ?? '')
  const { browser = t('session.unknown'), system = null } = known ?? {}
  const device = system === null ? browser : t('session.device', { browser, system })
  const since = format.dateTime(new Date(session.createdAt), { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium [overflow-wrap:anywhere]">{device}</p>
        <p className="text-sm text-soft">
          {t('session.since', { since })}
          {session.ipAddress && <span dir="ltr"> · {session.ipAddress}</span>}
        </p>
      </div>
      {isCurrent ? (
        <span className="shrink-0 rounded-full bg-card px-2.5 py-1 text-sm">{t('session.this')}</span>
      ) : (
        <Button look="danger" onClick={onRevoke} aria-label={t('session.revokeThis', { device })}>
          {t('session.revoke')}
        </Button>
      )}
    </li>
  )
}
