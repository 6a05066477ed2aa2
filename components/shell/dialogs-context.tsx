'use client'

import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useToast } from '@/components/shell/toast-context'
import type { ConversationItem } from '@/lib/contract/api'

type Dialogs = {
  openSearch: () => void
  /** Loads what `openSearch` is going to need, as soon as somebody comes near its button. */
  preloadSearch: () => void
  openShortcuts: () => void
  openShare: (item: ConversationItem) => void
}

const DialogsContext = createContext<Dialogs | null>(null)

const loadSearch = () => import('@/components/search/search-dialog')

/** The dialogs that every page has, one at a time. None is in the page's first load: each comes when it is first wanted. */
export function DialogsProvider({ children }: { children: ReactNode }) {
  const t = useTranslations('shell')
  const { say } = useToast()
  const [dialog, setDialog] = useState<ReactNode>(null)
  const close = useCallback(() => setDialog(null), [])

  const show = useCallback(
    // Without a network, or after a new version was put up, there is nothing to load.
    (load: () => Promise<ReactNode>) => void load().then(setDialog, () => say({ message: t('dialogNotLoaded') })),
    [say, t],
  )
  const openShortcuts = useCallback(
    () =>
      show(async () => {
        const { ShortcutsDialog } = await import('@/components/shell/shortcuts-dialog')
        return <ShortcutsDialog onClose={close} />
      }),
    [show, close],
  )
  const value = useMemo<Dialogs>(
    () => ({
      openSearch: () =>
        show(async () => {
          const { SearchDialog } = await loadSearch()
          return <SearchDialog onClose={close} onShortcuts={openShortcuts} />
        }),
      preloadSearch: () => void loadSearch().catch(() => undefined),
      openShortcuts,
      openShare: (item) =>
        show(async () => {
          const { ShareDialog } = await import('@/components/share/share-dialog')
          return <ShareDialog item={item} onClose={close} />
        }),
    }),
    [show, close, openShortcuts],
  )
  return (
    <DialogsContext value={value}>
      {children}
      {dialog}
    </DialogsContext>
  )
}

export function useDialogs(): Dialogs {
  const dialogs = useContext(DialogsContext)
  if (dialogs === null) throw new Error('useDialogs outside of DialogsProvider')
  return dialogs
}
