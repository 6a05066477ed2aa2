'use client'

import { X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { IconButton } from '@/components/ui/button'
import { DataImage } from '@/components/ui/data-image'

/** Shows an image as large as the window allows. The native dialog traps the focus and restores it. */
export function ImageDialog({ url, name, onClose }: { url: string; name: string; onClose: () => void }) {
  const t = useTranslations('answer')
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    ref.current?.showModal()
  }, [])
  return (
    // Clicking the backdrop is only a pointer shortcut: Escape and the button close the dialog, too.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <dialog
      ref={ref}
      aria-label={name}
      onClose={onClose}
      onClick={(event) => event.target === ref.current && ref.current.close()}
      className="m-auto max-h-dvh max-w-full bg-transparent p-4 backdrop:bg-black/75"
    >
      <figure className="overflow-hidden rounded-2xl bg-lift text-ink">
        <div className="flex items-center gap-2 ps-4 pe-1">
          <figcaption className="min-w-0 flex-1 truncate text-sm">
            <bdi>{name}</bdi>
          </figcaption>
          <IconButton label={t('closeImage')} onClick={() => ref.current?.close()}>
            <X aria-hidden="true" className="size-5" />
          </IconButton>
        </div>
        <DataImage url={url} alt={name} className="max-h-[calc(100dvh-6rem)] max-w-full object-contain" />
      </figure>
    </dialog>
  )
}
