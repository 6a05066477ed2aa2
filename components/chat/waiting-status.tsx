'use client'

import { useEffect, useState } from 'react'
import { currentModel, useSettings } from '@/components/preference/settings-context'

const patienceMs = 5000

/** Something moves at once; after five seconds it also says what is being waited for. */
export function WaitingStatus({ phase }: { phase: 'sending' | 'waiting' }) {
  const [long, setLong] = useState(false)
  const settings = useSettings()
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), patienceMs)
    return () => clearTimeout(timer)
  }, [])
  const model = currentModel(settings)?.name ?? 'the model'
  const reason = phase === 'sending' ? 'Waiting for the server to take your message' : `Waiting for ${model} to begin`
  return (
    <p className="flex items-center gap-2.5 text-soft">
      <span aria-hidden="true" className="breathing flex gap-1">
        <span className="size-2 rounded-full bg-scale" />
        <span className="size-2 rounded-full bg-scale" />
        <span className="size-2 rounded-full bg-scale" />
      </span>
      {long ? `${reason}…` : phase === 'sending' ? 'Sending…' : 'Thinking…'}
    </p>
  )
}
