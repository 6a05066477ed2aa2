'use client'
import { type FormEvent, type ReactNode, useState, useSyncExternalStore } from 'react'
import { useTranslations } from 'use-intl'
import { useErrorMessage } from '@/components/api/use-error-message'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { TextField } from '@/components/ui/text-field'
import type { AuthFailure, AuthResult } from '@/lib/auth/browser-client'

type AuthFormProps = {
  submitLabel: string
  busyLabel: string
  busy: boolean
  /** Shown above the submit button, which the user has just pressed. */
  problem: string | null
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
  children: ReactNode
}

export function AuthForm({ submitLabel, busyLabel, busy, problem, onSubmit, children }: AuthFormProps) {
  // Before hydration, a native submit would reload the page and lose the input. The button stays disabled until
  // then.
  const hydrated = useHydrated()
  return (
    // With POST, a native submit before hydration cannot put the password into the URL.
    <form method="post" onSubmit={onSubmit} className="space-y-4">
      {children}
      {problem !== null && <Notice message={problem} />}
      <Button type="submit" disabled={busy || !hydrated} className="h-11 w-full text-base">
        {busy ? busyLabel : submitLabel}
      </Button>
    </form>
  )
}

/** Returns a form field as a string, or an empty string for files and missing fields. */
const readField = (form: FormData, name: string): string => {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}

type FieldReader = (name: string) => string

/**
 * State of a form for accounts: allows one submit at a time and returns its failure. `problem` is the translated
 * failure. The inputs stay uncontrolled, so that values that a password manager fills in before hydration are not
 * lost.
 */
export function useAuthForm<Value>(
  submit: (field: FieldReader) => Promise<AuthResult<Value>>,
  onDone: (value: Value, field: FieldReader) => void,
) {
  const errorMessage = useErrorMessage()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<AuthFailure | null>(null)
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    const form = new FormData(event.currentTarget)
    setBusy(true)
    setFailure(null)
    const field = (name: string) => readField(form, name)
    const result = await submit(field)
    if (result.ok) return onDone(result.value, field)
    setFailure(result.failure)
    setBusy(false)
  }
  return { busy, failure, problem: failure === null ? null : errorMessage(failure), onSubmit }
}

/**
 * An email field. On sign-up, too, `autocomplete` is `username`, so that password managers know which field
 * identifies the account.
 */
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

const subscribeToNothing = () => () => undefined

/** Returns whether React has hydrated the page. Until then, the browser handles clicks itself. */
const useHydrated = (): boolean =>
  useSyncExternalStore(
    subscribeToNothing,
    () => true,
    () => false,
  )
