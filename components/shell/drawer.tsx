'use client'

import { Menu, SquarePen, X } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useToast } from '@/components/shell/toast-context'
import { ToastRegion } from '@/components/shell/toast-region'
import { Sidebar } from '@/components/sidebar/sidebar'
import { IconButton } from '@/components/ui/button'
import { GoldfishMark } from '@/components/ui/goldfish-mark'

/**
 * The top bar on small screens and the drawer that it opens. A modal `dialog` provides the focus trap, Escape and
 * inertness.
 */
export function Drawer({ user }: { user: { name: string; email: string } }) {
  const t = useTranslations('shell')
  const dialogRef = useRef<HTMLDialogElement>(null)
  const [open, setOpen] = useState(false)
  const { toast, closeToast } = useToast()
  const close = () => dialogRef.current?.close()

  useEffect(() => {
    if (open) dialogRef.current?.showModal()
  }, [open])
  useEffect(() => {
    // A click on the backdrop has the dialog as its target. Browsers without `closedby` need this listener.
    const dialog = dialogRef.current
    const onPress = (event: MouseEvent) => event.target === dialog && dialog?.close()
    dialog?.addEventListener('click', onPress)
    return () => dialog?.removeEventListener('click', onPress)
  }, [])
  useEffect(() => {
    // On a wide screen the sidebar is visible anyway, so the drawer must close.
    const wide = window.matchMedia('(min-width: 48rem)')
    const onChange = () => wide.matches && dialogRef.current?.close()
    wide.addEventListener('change', onChange)
    return () => wide.removeEventListener('change', onChange)
  }, [])

  return (
    <header className="flex items-center justify-between px-2 py-1.5 md:hidden">
      <IconButton label={t('openSidebar')} aria-haspopup="dialog" onClick={() => setOpen(true)} className="size-11">
        <Menu aria-hidden="true" className="size-5" />
      </IconButton>
      <span className="flex items-center gap-1.5 font-semibold tracking-tight">
        <GoldfishMark className="size-6" />
        Goldfish
      </span>
      <Link
        href="/"
        prefetch={false}
        aria-label={t('newChat')}
        title={t('newChat')}
        className="grid size-11 place-items-center rounded-lg text-soft hover:bg-hover hover:text-ink"
      >
        <SquarePen aria-hidden="true" className="size-5" />
      </Link>
      <dialog
        ref={dialogRef}
        aria-label={t('sidebar')}
        closedby="any"
        onClose={() => setOpen(false)}
        className="fixed inset-y-0 start-0 m-0 h-dvh max-h-none w-[min(20rem,86vw)] border-e border-line bg-rail text-ink backdrop:bg-black/45"
      >
        {open && (
          <>
            <Sidebar user={user} onNavigate={close} />
            <IconButton label={t('closeSidebar')} onClick={close} className="absolute top-2.5 end-2 size-11">
              <X aria-hidden="true" className="size-5" />
            </IconButton>
            <ToastRegion toast={toast} onClose={closeToast} place="dialog" />
          </>
        )}
      </dialog>
    </header>
  )
}
