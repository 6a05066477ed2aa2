'use client'

import { type FormEvent, useState } from 'react'
import { useFailureWords } from '@/components/api/use-failure-words'
import type { AuthFailure, AuthResult } from '@/lib/auth/browser-client'

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
  const words = useFailureWords()
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
