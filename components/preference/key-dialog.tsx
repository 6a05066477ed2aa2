'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { KeyForm } from '@/components/preference/key-form'
import { MadeKey } from '@/components/preference/made-key'
import { Dialog } from '@/components/shell/dialog'
import type { MadeApiKey } from '@/lib/contract/api'

type KeyDialogProps = { email: string; onMade: () => void; onClose: () => void }

/** Has a key made, and shows it: this once, for as long as the dialog is open. */
export function KeyDialog({ email, onMade, onClose }: KeyDialogProps) {
  const t = useTranslations('preference')
  const [made, setMade] = useState<MadeApiKey | null>(null)
  const take = (key: MadeApiKey) => {
    setMade(key)
    onMade()
  }
  return (
    <Dialog title={t(made === null ? 'keys.makeTitle' : 'keys.madeTitle')} onClose={onClose}>
      {(close) =>
        made === null ? (
          <KeyForm email={email} onMade={take} onCancel={close} />
        ) : (
          <MadeKey made={made} onDone={close} />
        )
      }
    </Dialog>
  )
}
