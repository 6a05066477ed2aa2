'use client'
import { type FormEvent, type ReactNode, useState, useSyncExternalStore } from 'react'
import { useTranslations } from 'use-intl'
import { useErrorMessage } from '@/components/api/failure'
import { Button } from '@/components/ui/button'
import { GoldfishMark } from '@/components/ui/goldfish-mark'
import { Notice } from '@/components/ui/notice'
import { TextField } from '@/components/ui/text-field'
import type { AuthFailure, AuthResult } from '@/lib/auth/browser-client'

type AuthFormProps = {
  submitLabel: string
  busyLabel: string
  busy: boolean
  /** Said above the button, where the eye is after pressing it. */
  problem: string | null
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
  children: ReactNode
}

export function AuthForm({ submitLabel, busyLabel, busy, problem, onSubmit, children }: AuthFormProps) {
  // The browser's own submit knows nothing of the API: it would only lose what was typed.
  const hydrated = useHydrated()
  return (
    // POST: should it be submitted before our script runs, no password may end up in the address.
    <form method="post" onSubmit={onSubmit} className="space-y-4">
      {children}
      {problem !== null && <Notice message={problem} />}
      <Button type="submit" disabled={busy || !hydrated} className="h-11 w-full text-base">
        {busy ? busyLabel : submitLabel}
      </Button>
    </form>
  )
}

/** The fields of a submitted form as strings; a file or a missing field reads as empty. */
const readField = (form: FormData, name: string): string => {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}

type FieldReader = (name: string) => string

/**
 * One submit at a time, with its failure in place; `problem` is the failure in words. The inputs stay uncontrolled: what a password manager or the browser
 * filled in before our script ran is then simply there.
 */
export function useAuthForm<Value>(
  submit: (field: FieldReader) => Promise<AuthResult<Value>>,
  onDone: (value: Value, field: FieldReader) => void,
) {
  const words = useErrorMessage()
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
  return { busy, failure, problem: failure === null ? null : words(failure), onSubmit }
}

/** The frame of every page that is seen without being signed in. */
export function AuthCard({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center bg-rail px-4 py-10">
      <div className="w-full max-w-sm">
        <a
          href="/sign-in"
          className="mx-auto mb-8 flex w-fit items-center gap-2.5 rounded-lg text-xl font-semibold tracking-tight"
        >
          <GoldfishMark className="size-9" />
          Goldfish
        </a>
        <div className="rounded-2xl border border-line bg-page p-6 shadow-lift sm:p-8">
          <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
          {lead !== undefined && <p className="mt-1.5 text-soft">{lead}</p>}
          <div className="mt-6">{children}</div>
        </div>
      </div>
    </main>
  )
}

/**
 * From one page of the signing-in family to another; the way back (`next`) goes along. A plain link: `next/link` would be
 * a third of what these pages load beside the framework.
 */
export function AuthLink({ href, next, label }: { href: string; next: string; label: string }) {
  const target = next === '/' ? href : `${href}?next=${encodeURIComponent(next)}`
  return (
    <a href={target} className="rounded font-medium text-accent underline underline-offset-4 hover:decoration-2">
      {label}
    </a>
  )
}

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

const nothingToHear = () => () => undefined

/** Whether our script has taken over the page that the server drew. Until then a press on a button is the browser's own. */
const useHydrated = (): boolean =>
  useSyncExternalStore(
    nothingToHear,
    () => true,
    () => false,
  )
