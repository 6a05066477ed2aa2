'use client'

import { type FormEvent, useState } from 'react'
import type { AuthFailure, AuthResult } from '@/lib/auth/browser-client'

type FieldReader = (name: string) => string

/** A form with a password in it: one submit at a time, its failure in place, and nothing left in the fields after it. */
export function useSecretForm(submit: (field: FieldReader) => Promise<AuthResult<unknown>>, onDone: () => void) {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<AuthFailure | null>(null)
  const onSubmit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    const form = event.currentTarget
    const fields = new FormData(form)
    setBusy(true)
    setFailure(null)
    const result = await submit((name) => String(fields.get(name) ?? ''))
    setBusy(false)
    if (!result.ok) return setFailure(result.failure)
    form.reset()
    onDone()
  }
  return { busy, failure, onSubmit }
}
