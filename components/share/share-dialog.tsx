'use client'
import { Link2 } from 'lucide-react'
import { useState } from 'react'
import { useFormatter, useTranslations } from 'use-intl'
import { callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import { useErrorMessage } from '@/components/api/use-error-message'
import { Dialog } from '@/components/shell/dialog'
import { useConversations } from '@/components/sidebar/conversations-context'
import { Button } from '@/components/ui/button'
import { CopyField } from '@/components/ui/copy-field'
import { Notice } from '@/components/ui/notice'
import type { ConversationItem, ShareLink } from '@/lib/contract/api'

/**
 * A share link. `createdAt` is known only for a link made in this dialog, because the conversation list does not
 * include it.
 */
type Link = Pick<ShareLink, 'shareId' | 'isShortened'> & { createdAt: string | null }

/**
 * Creates, updates, copies and revokes the share link of a conversation. A share shows the conversation as it was
 * then.
 */
export function ShareDialog({ item, onClose }: { item: ConversationItem; onClose: () => void }) {
  const t = useTranslations('share')
  const errorMessage = useErrorMessage()
  const format = useFormatter()
  const { updateItem } = useConversations()
  const [link, setLink] = useState<Link | null>(
    item.shareId === null ? null : { shareId: item.shareId, createdAt: null, isShortened: false },
  )
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [revoked, setRevoked] = useState(false)

  const send = async (method: 'POST' | 'DELETE') => {
    setBusy(true)
    setFailure(null)
    const result = await callApi<ShareLink>(`/api/conversations/${item.id}/share`, { method })
    setBusy(false)
    if (!result.ok) return setFailure(result.failure)
    const created = method === 'POST' ? result.value : null
    setLink(created)
    setRevoked(created === null)
    updateItem({ ...item, shareId: created?.shareId ?? null })
  }
  return (
    <Dialog title={t('title')} onClose={onClose}>
      <div className="space-y-4 overflow-y-auto px-5 pt-1 pb-5">
        <p dir="auto" className="truncate text-start font-medium">
          {item.title || t('untitled')}
        </p>
        <p className="text-sm text-soft">{t('whatIsInIt')}</p>
        {link !== null && (
          <ShareLinkField key={link.createdAt} path={`/s/${link.shareId}`} copyOnMount={link.createdAt !== null} />
        )}
        <p role="status" className="text-sm text-soft empty:hidden">
          {link?.createdAt && t('madeAt', { at: format.dateTime(new Date(link.createdAt), { timeStyle: 'short' }) })}
          {link?.isShortened && ` ${t('isShortened')}`}
          {revoked && t('revoked')}
        </p>
        {failure !== null && <Notice message={errorMessage(failure)} />}
        <div className="flex flex-wrap gap-2">
          <Button
            variant={link === null ? 'primary' : 'quiet'}
            aria-disabled={busy}
            onClick={() => busy || void send('POST')}
          >
            <Link2 aria-hidden="true" className="size-4" />
            {link === null ? t('make') : t('update')}
          </Button>
          {link !== null && (
            <Button variant="danger" aria-disabled={busy} onClick={() => busy || void send('DELETE')}>
              {t('revoke')}
            </Button>
          )}
        </div>
      </div>
    </Dialog>
  )
}

type ShareLinkFieldProps = {
  path: string
  /** True if the user has just created the link and will probably paste it next. */
  copyOnMount: boolean
}

/** The link with the public origin of this site. */
function ShareLinkField({ path, copyOnMount }: ShareLinkFieldProps) {
  const t = useTranslations('share')
  const labels = { label: t('link'), copy: t('copy'), copied: t('copied'), notCopied: t('notCopied') }
  const value = `${window.location.origin}${path}`
  return <CopyField value={value} labels={labels} actionOnMount={copyOnMount ? 'copy' : undefined} />
}
