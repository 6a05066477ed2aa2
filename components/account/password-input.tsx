import { TextField } from '@/components/ui/text-field'

type PasswordInputProps = {
  name: string
  label: string
  kind: 'current' | 'new'
  hint?: string
  error?: string | undefined
}

/** A password that is asked of somebody who is signed in. Uncontrolled: what a password manager fills in is simply there. */
export function PasswordInput({ name, label, kind, hint, error }: PasswordInputProps) {
  return (
    <TextField
      name={name}
      label={label}
      type="password"
      autoComplete={kind === 'new' ? 'new-password' : 'current-password'}
      required
      {...(kind === 'new' ? { minLength: 12 } : {})}
      maxLength={128}
      {...(hint === undefined ? {} : { hint })}
      error={error}
    />
  )
}
