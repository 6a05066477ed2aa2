'use client'

import { ChevronsUpDown, Keyboard, LogOut, Settings2 } from 'lucide-react'
import Link from 'next/link'
import { useId, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useDialogs } from '@/components/shell/dialogs-context'
import { SignOutButton } from '@/components/sidebar/sign-out-button'
import { useDismiss } from '@/components/sidebar/use-dismiss'

type UserMenuProps = { user: { name: string; email: string }; onNavigate: () => void }

const row = 'flex w-full items-center gap-2.5 rounded-lg px-3 py-2 text-start text-sm hover:bg-hover'

/** A button that unfolds a few plain entries, not an ARIA menu: Tab goes through them as through everything else. */
export function UserMenu({ user, onNavigate }: UserMenuProps) {
  const t = useTranslations('sidebar')
  const { openShortcuts } = useDialogs()
  const [open, setOpen] = useState(false)
  const rootRef = useRef<HTMLDivElement>(null)
  const id = useId()
  useDismiss(rootRef, open, () => setOpen(false))
  const leave = () => {
    setOpen(false)
    onNavigate()
  }
  return (
    <div ref={rootRef} className="relative border-t border-line p-2 pb-[max(0.5rem,env(safe-area-inset-bottom))]">
      <div
        id={id}
        hidden={!open}
        className="absolute inset-x-2 bottom-full mb-1 rounded-xl border border-line bg-lift p-1 shadow-lift"
      >
        <p dir="ltr" className="truncate px-3 py-1.5 text-start text-sm text-soft rtl:text-end">
          {user.email}
        </p>
        <Link href="/preferences" prefetch={false} onClick={leave} className={row}>
          <Settings2 aria-hidden="true" className="size-4 text-soft" />
          {t('user.preferences')}
        </Link>
        <button
          type="button"
          onClick={() => {
            leave()
            openShortcuts()
          }}
          className={`${row} pointer-coarse:hidden`}
        >
          <Keyboard aria-hidden="true" className="size-4 text-soft" />
          {t('user.shortcuts')}
        </button>
        <SignOutButton className={row}>
          <LogOut aria-hidden="true" className="size-4 text-soft" />
          {t('user.signOut')}
        </SignOutButton>
      </div>
      <button type="button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)} className={row}>
        <span
          aria-hidden="true"
          className="grid size-7 shrink-0 place-items-center rounded-full bg-card text-xs font-semibold ring-1 ring-line"
        >
          {user.name.trim().charAt(0).toUpperCase() || '?'}
        </span>
        <span dir="auto" className="min-w-0 flex-1 truncate text-page-start font-medium">
          {user.name || user.email}
        </span>
        <ChevronsUpDown aria-hidden="true" className="size-4 text-soft" />
      </button>
    </div>
  )
}
