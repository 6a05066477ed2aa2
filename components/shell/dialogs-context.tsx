'use client'

import { createContext, Fragment, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { leave } from '@/components/account/leave'
import { hasUnsentTexts } from '@/components/composer/use-draft'
import { useToast } from '@/components/shell/toast-context'
import type { AuthFailure } from '@/lib/auth/browser-client'
import type { ConversationItem } from '@/lib/contract/api'

type Dialogs = {
  openSearch: () => void
  /** Preloads the code of `openSearch` when the pointer or focus reaches its button. */
  preloadSearch: () => void
  openShortcuts: () => void
  openShare: (item: ConversationItem) => void
  /** Signs out. If there are drafts, first asks whether to keep them. Returns the error if signing out failed. */
  signOut: () => Promise<AuthFailure | null>
}

const DialogsContext = createContext<Dialogs | null>(null)

const loadSearch = () => import('@/components/search/search-dialog')

/** Provides the dialogs that every page can open, one at a time. Each is loaded when it is first opened. */
export function DialogsProvider({ userId, children }: { userId: string; children: ReactNode }) {
  const t = useTranslations('shell')
  const { showToast } = useToast()
  const openings = useRef(0)
  const [open, setOpen] = useState<{ key: number; dialog: ReactNode } | null>(null)

  const show = useCallback(
    (load: (onClose: () => void) => Promise<ReactNode>) => {
      // The close event fires asynchronously. Another dialog may have been opened by then, and it must stay open.
      openings.current += 1
      const key = openings.current
      const onClose = () => setOpen((now) => (now?.key === key ? null : now))
      load(onClose).then(
        (dialog) => setOpen({ key, dialog }),
        // Loading fails if the browser is offline or if a new version has been deployed.
        () => showToast({ message: t('dialogNotLoaded') }),
      )
    },
    [showToast, t],
  )
  const openShortcuts = useCallback(
    () =>
      show(async (onClose) => {
        const { ShortcutsDialog } = await import('@/components/shell/shortcuts-dialog')
        return <ShortcutsDialog onClose={onClose} />
      }),
    [show],
  )
  const signOut = useCallback(async () => {
    if (!hasUnsentTexts(userId)) return leave(userId, 'remove')
    show(async (onClose) => {
      const { SignOutDialog } = await import('@/components/account/sign-out-dialog')
      return <SignOutDialog userId={userId} onClose={onClose} />
    })
    return null
  }, [show, userId])
  const value = useMemo<Dialogs>(
    () => ({
      openSearch: () =>
        show(async (onClose) => {
          const { SearchDialog } = await loadSearch()
          return <SearchDialog onClose={onClose} onShortcuts={openShortcuts} onSignOut={signOut} />
        }),
      preloadSearch: () => void loadSearch().catch(() => undefined),
      openShortcuts,
      openShare: (item) =>
        show(async (onClose) => {
          const { ShareDialog } = await import('@/components/share/share-dialog')
          return <ShareDialog item={item} onClose={onClose} />
        }),
      signOut,
    }),
    [show, openShortcuts, signOut],
  )
  return (
    <DialogsContext value={value}>
      {children}
      {open && <Fragment key={open.key}>{open.dialog}</Fragment>}
    </DialogsContext>
  )
}

export function useDialogs(): Dialogs {
  const dialogs = useContext(DialogsContext)
  if (dialogs === null) throw new Error('useDialogs must be used inside DialogsProvider')
  return dialogs
}
