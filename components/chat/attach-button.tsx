'use client'

import { Paperclip } from 'lucide-react'
import { useRef } from 'react'
import { useTranslations } from 'use-intl'
import { IconButton } from '@/components/ui/icon-button'

/** Only what opens the chooser more quickly: what a file really is is looked at when it is there. */
const accepted = 'image/*,text/*,.md,.csv,.json,.log,.xml,.yaml,.yml,.ts,.tsx,.js,.jsx,.py,.sql,.sh,.toml,.ini'

export function AttachButton({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const t = useTranslations('chat')
  const inputRef = useRef<HTMLInputElement>(null)
  return (
    <>
      <IconButton label={t('attach')} onClick={() => inputRef.current?.click()} className="rounded-full">
        <Paperclip aria-hidden="true" className="size-4.5" />
      </IconButton>
      <input
        ref={inputRef}
        type="file"
        multiple
        accept={accepted}
        hidden
        aria-label={t('attach')}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          // The same file can be chosen again.
          event.target.value = ''
        }}
      />
    </>
  )
}
