import { TextField } from '@/components/ui/text-field'

/** `username`, on sign-up too: by that password managers know which field names the account. */
export function EmailField({ error }: { error?: string | undefined }) {
  return (
    <TextField
      name="email"
      label="E-mail"
      type="email"
      autoComplete="username"
      autoCapitalize="none"
      inputMode="email"
      required
      error={error}
    />
  )
}
