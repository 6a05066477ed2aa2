'use client'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { PasswordInput, useSecretForm } from '@/components/account/password-change'
import { useErrorMessage } from '@/components/api/use-error-message'
import { removeUnsentTexts } from '@/components/composer/use-draft'
import { SettingSection } from '@/components/preference/setting-section'
import { Dialog } from '@/components/shell/dialog'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { deleteUser } from '@/lib/auth/browser-client'

type Owner = { id: string; email: string }

export function AccountDeletion({ user }: { user: Owner }) {
  const t = useTranslations('preference')
  const [open, setOpen] = useState(false)
  return (
    <SettingSection title={t('account.title')} lead={t('account.lead')}>
      <Button variant="danger" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t('account.delete')}
      </Button>
      {open && <DeletionDialog user={user} onClose={() => setOpen(false)} />}
    </SettingSection>
  )
}

function DeletionDialog({ user: { id, email }, onClose }: { user: Owner; onClose: () => void }) {
  const t = useTranslations('preference')
  const errorMessage = useErrorMessage()
  const { busy, failure, onSubmit } = useSecretForm(
    (field) => deleteUser({ password: field('password') }),
    () => {
      // Removes only the drafts of this account. Other accounts on the same browser keep theirs.
      removeUnsentTexts(id)
      window.location.assign('/sign-in?goodbye=1')
    },
  )
  const wrong = failure?.code === 'INVALID_PASSWORD'
  return (
    <Dialog title={t('account.confirmTitle')} onClose={onClose}>
      {(close) => (
        <form method="post" onSubmit={onSubmit} className="space-y-4 overflow-y-auto px-5 pt-1 pb-5">
          <p className="text-sm">{t('account.whatGoes', { email })}</p>
          <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
          <PasswordInput
            name="password"
            label={t('account.password')}
            kind="current"
            error={wrong ? errorMessage(failure) : undefined}
          />
          {failure !== null && !wrong && <Notice message={errorMessage(failure)} />}
          <div className="flex flex-wrap justify-end gap-2">
            <Button variant="quiet" onClick={close}>
              {t('account.cancel')}
            </Button>
            <Button type="submit" variant="danger" disabled={busy}>
              {busy ? t('account.busy') : t('account.confirm')}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}
