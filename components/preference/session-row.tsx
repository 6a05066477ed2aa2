'use client'

import { deviceName } from '@/components/preference/device-name'
import { Button } from '@/components/ui/button'
import type { AuthSession } from '@/lib/auth/browser-client'

type SessionRowProps = { session: AuthSession; isCurrent: boolean; onRevoke: () => void }

const since = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

export function SessionRow({ session, isCurrent, onRevoke }: SessionRowProps) {
  const device = deviceName(session.userAgent ?? '')
  const from = session.ipAddress ? ` · ${session.ipAddress}` : ''
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p className="font-medium">{device}</p>
        <p className="text-sm text-soft">
          Since {since.format(new Date(session.createdAt))}
          {from}
        </p>
      </div>
      {isCurrent ? (
        <span className="text-sm text-soft">This one</span>
      ) : (
        <Button look="danger" onClick={onRevoke} aria-label={`Revoke ${device}`}>
          Revoke
        </Button>
      )}
    </li>
  )
}
