'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { TextField } from '@/components/ui/text-field'

type PasswordFieldProps = {
  name: string
  label: string
  /** `new` shows the password rules and lets password managers suggest a password. */
  kind: 'current' | 'new'
  error?: string | undefined
}

export function PasswordField({ name, label, kind, error }: PasswordFieldProps) {
  const t = useTranslations('auth')
  const [shown, setShown] = useState(false)
  const rules = kind === 'new' ? { minLength: 12, maxLength: 128, hint: t('passwordHint') } : {}
  return (
    <div className="relative">
      <TextField
        name={name}
        label={label}
        type={shown ? 'text' : 'password'}
        autoComplete={kind === 'new' ? 'new-password' : 'current-password'}
        spellCheck={false}
        required
        error={error}
        {...rules}
      />
      <button
        type="button"
        aria-label={shown ? t('hidePassword') : t('showPassword')}
        onClick={() => setShown(!shown)}
        className="absolute top-8 end-1.5 h-9 rounded-lg px-2 text-sm text-soft hover:bg-hover hover:text-ink"
      >
        {shown ? t('hide') : t('show')}
      </button>
    </div>
  )
}
