'use client'

import { X } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { IconButton } from '@/components/ui/button'

type DialogProps = {
  title: string
  /** Called after the dialog has closed and focus has been restored. The parent should unmount it now. */
  onClose: () => void
  /** If it is a function, it receives a callback that closes the dialog. */
  children: ReactNode | ((close: () => void) => ReactNode)
  /** Hides the heading visually if the content explains itself. */
  bare?: boolean
}

/** A modal `dialog`. The browser traps focus, closes it on Escape, makes the page inert and restores focus. */
export function Dialog({ title, onClose, children, bare = false }: DialogProps) {
  const t = useTranslations('shell')
  const id = useId()
  const dialogRef = useRef<HTMLDialogElement>(null)
  const close = () => dialogRef.current?.close()
  useEffect(() => {
    const dialog = dialogRef.current
    if (dialog === null) return
    if (!dialog.open) dialog.showModal()
    // A click on the backdrop has the dialog as its target. Browsers without `closedby` need this listener.
    const onPress = (event: MouseEvent) => event.target === dialog && dialog.close()
    dialog.addEventListener('click', onPress)
    return () => dialog.removeEventListener('click', onPress)
  }, [])
  return (
    <dialog
      ref={dialogRef}
      aria-labelledby={id}
      closedby="any"
      onClose={onClose}
      className={`m-auto max-h-[calc(100dvh-2rem)] w-[min(34rem,calc(100vw-2rem))] overflow-hidden rounded-2xl border border-line bg-lift p-0 text-ink shadow-lift backdrop:bg-black/45 ${bare ? 'mt-3 md:mt-[12dvh]' : ''}`}
    >
      <div className="flex max-h-[calc(100dvh-2rem)] flex-col">
        <div className={bare ? 'sr-only' : 'flex items-center justify-between gap-3 px-5 pt-3 pb-1'}>
          <h2 id={id} className="text-lg font-semibold">
            {title}
          </h2>
          {!bare && (
            <IconButton label={t('close')} onClick={close} className="-me-2 pointer-coarse:size-11">
              <X aria-hidden="true" className="size-5" />
            </IconButton>
          )}
        </div>
        {typeof children === 'function' ? children(close) : children}
      </div>
    </dialog>
  )
}
