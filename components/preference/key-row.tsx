import { useFormatter, useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import type { ApiKeyItem } from '@/lib/contract/api'

export function KeyRow({ item, onRevoke }: { item: ApiKeyItem; onRevoke: () => void }) {
  const t = useTranslations('preference')
  const format = useFormatter()
  const expiresAt = item.expiresAt === null ? null : new Date(item.expiresAt)
  const expiry =
    expiresAt === null
      ? t('keys.neverExpires')
      : t(expiresAt.getTime() < Date.now() ? 'keys.expired' : 'keys.expires', {
          date: format.dateTime(expiresAt, { dateStyle: 'medium' }),
        })
  // A day of UTC, as it was noted.
  const used =
    item.lastUsedOn === null
      ? t('keys.neverUsed')
      : t('keys.used', {
          date: format.dateTime(new Date(item.lastUsedOn), { dateStyle: 'medium', timeZone: 'UTC' }),
        })
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <div className="min-w-0 flex-1">
        <p dir="auto" className="text-start font-medium [overflow-wrap:anywhere]">
          {item.name}
        </p>
        <p className="text-sm text-soft">
          <bdi className="font-mono">{item.start}…</bdi>
          {' · '}
          {item.scopes.length === 0
            ? t('keys.noScope')
            : format.list(
                item.scopes.map((scope) => t(`keys.scopes.${scope}.name`)),
                { type: 'unit' },
              )}
        </p>
        <p className="text-sm text-soft">
          {used} · {expiry}
        </p>
      </div>
      <Button
        look="danger"
        aria-haspopup="dialog"
        onClick={onRevoke}
        aria-label={t('keys.revokeKey', { name: item.name })}
      >
        {t('keys.revoke')}
      </Button>
    </li>
  )
}
