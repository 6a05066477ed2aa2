'use client'
import { WifiOff } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type ReactNode, useEffect, useSyncExternalStore } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import { LanguageSync, ThemeSync } from '@/components/preference/preference-sync'
import { SettingsProvider, useSettings } from '@/components/preference/settings-context'
import { DialogsProvider, useDialogs } from '@/components/shell/dialogs-context'
import { Drawer } from '@/components/shell/drawer'
import { shortcutOf } from '@/components/shell/shortcut-of'
import { ToastProvider } from '@/components/shell/toast-context'
import { ConversationsProvider } from '@/components/sidebar/conversations-context'
import { Sidebar } from '@/components/sidebar/sidebar'

type AppShellProps = { user: { id: string; name: string; email: string }; children: ReactNode }

/** The layout of all pages for signed-in users: a sidebar (a drawer on small screens) and the page. */
export function AppShell({ user, children }: AppShellProps) {
  const t = useTranslations('shell')
  return (
    <SettingsProvider>
      <ThemeSync />
      <LanguageSync />
      <OfflineWorker />
      <ConversationsProvider>
        <ToastProvider>
          <DialogsProvider userId={user.id}>
            <ShellShortcuts />
            <a
              href="#main"
              className="sr-only z-40 rounded-lg bg-accent px-4 py-2 font-medium text-on-accent focus:not-sr-only focus:fixed focus:start-2 focus:top-2"
            >
              {t('skip')}
            </a>
            <div className="flex h-dvh overflow-hidden">
              <aside aria-label={t('sidebar')} className="w-66 shrink-0 border-e border-line max-md:hidden">
                <Sidebar user={user} />
              </aside>
              <div className="flex min-w-0 flex-1 flex-col">
                <Drawer user={user} />
                <OfflineBar />
                <main id="main" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
                  {children}
                </main>
              </div>
            </div>
          </DialogsProvider>
        </ToastProvider>
      </ConversationsProvider>
    </SettingsProvider>
  )
}

function subscribe(onChange: () => void) {
  window.addEventListener('online', onChange)
  window.addEventListener('offline', onChange)
  return () => {
    window.removeEventListener('online', onChange)
    window.removeEventListener('offline', onChange)
  }
}

/** Shows that the browser is offline. The content of the page stays visible. */
function OfflineBar() {
  const t = useTranslations('shell')
  const online = useSyncExternalStore(
    subscribe,
    () => navigator.onLine,
    () => true,
  )
  return (
    <div role="status">
      {!online && (
        <p className="flex items-center justify-center gap-2 border-b border-line bg-card px-4 py-1.5 text-sm">
          <WifiOff aria-hidden="true" className="size-4 shrink-0 text-soft" />
          {t('offline.bar')}
        </p>
      )}
    </div>
  )
}

/**
 * Registers the service worker (`/sw.js`) that shows an offline page. It waits for the load event of the page, so
 * that it does not delay other requests. In development `/sw.js` returns 404, so that no worker interferes with
 * reloads.
 */
function OfflineWorker() {
  const language = useLocale()
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return
    const register = () => {
      navigator.serviceWorker.register(`/sw.js?language=${language}`).catch(() => undefined)
    }
    if (document.readyState === 'complete') return register()
    window.addEventListener('load', register)
    return () => window.removeEventListener('load', register)
  }, [language])
  return null
}

/**
 * Handles the shortcuts that work on every page: new chat, search, and the list of shortcuts. A preference
 * disables them.
 */
function ShellShortcuts() {
  const { preferences } = useSettings()
  const { openSearch, openShortcuts } = useDialogs()
  const router = useRouter()
  const enabled = preferences?.shortcuts ?? true
  useEffect(() => {
    if (!enabled) return
    // Listens on the window, which receives events after the document, so that shortcuts handled by the chat are
    // skipped.
    const onKeyDown = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event)
      if (event.defaultPrevented || shortcut === null) return
      event.preventDefault()
      // The page behind a modal dialog is inert.
      if (document.querySelector('dialog:modal') !== null) return
      if (shortcut === 'search') openSearch()
      else if (shortcut === 'shortcuts') openShortcuts()
      else router.push('/')
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [enabled, openSearch, openShortcuts, router])
  return null
}
