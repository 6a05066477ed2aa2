'use client'
import { ChevronsUpDown, Keyboard, LogOut, Settings2 } from 'lucide-react'
import Link from 'next/link'
import { type ReactNode, type RefObject, useEffect, useEffectEvent, useId, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useErrorMessage } from '@/components/api/use-error-message'
import { useDialogs } from '@/components/shell/dialogs-context'

type UserMenuProps = { user: { name: string; email: string }; onNavigate: () => void }

const row = 'flex w-full items-center gap-2.5 rounded-lg px-3 py-2 text-start text-sm hover:bg-hover'

/** The user menu. It is a disclosure instead of an ARIA menu, so that Tab moves through its entries as usual. */
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

function SignOutButton({ className, children }: { className: string; children: ReactNode }) {
  const errorMessage = useErrorMessage()
  const { signOut } = useDialogs()
  const [failed, setFailed] = useState<string | null>(null)
  const onLeave = async () => {
    setFailed(null)
    const failure = await signOut()
    if (failure !== null) setFailed(errorMessage(failure))
  }
  return (
    <>
      <button type="button" onClick={() => void onLeave()} className={className}>
        {children}
      </button>
      {failed !== null && (
        <p role="alert" className="px-3 pb-1.5 text-sm text-danger">
          {failed}
        </p>
      )}
    </>
  )
}

/** Closes an open popup on a click elsewhere, on Escape, or when focus leaves it. Escape restores the focus. */
function useDismiss(rootRef: RefObject<HTMLElement | null>, open: boolean, close: () => void) {
  const onPointerDown = useEffectEvent((event: Event) => {
    if (event.target instanceof Node && !rootRef.current?.contains(event.target)) close()
  })
  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== 'Escape') return
    // Otherwise the key would also close the surrounding drawer.
    event.preventDefault()
    event.stopPropagation()
    close()
    rootRef.current?.querySelector<HTMLElement>('[aria-expanded]')?.focus()
  })
  useEffect(() => {
    if (!open) return
    const keyDown = (event: KeyboardEvent) => onKeyDown(event)
    const pressed = (event: Event) => onPointerDown(event)
    document.addEventListener('pointerdown', pressed)
    document.addEventListener('focusin', pressed)
    document.addEventListener('keydown', keyDown, true)
    return () => {
      document.removeEventListener('pointerdown', pressed)
      document.removeEventListener('focusin', pressed)
      document.removeEventListener('keydown', keyDown, true)
    }
  }, [open])
}
