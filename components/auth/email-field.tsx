import { useTranslations } from 'use-intl'
import { TextField } from '@/components/ui/text-field'

/** `username`, on sign-up too: by that password managers know which field names the account. */
export function EmailField({ error }: { error?: string | undefined }) {
  const t = useTranslations('auth')
  return (
    <TextField
      name="email"
      label={t('email')}
      type="email"
      autoComplete="username"
      inputMode="email"
      required
      error={error}
    />
  )
}
