'use client'

import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { LanguageSync } from '@/components/preference/language-sync'
import { SettingsProvider } from '@/components/preference/settings-context'
import { ThemeSync } from '@/components/preference/theme-sync'
import { DialogsProvider } from '@/components/shell/dialogs-context'
import { Drawer } from '@/components/shell/drawer'
import { OfflineBar } from '@/components/shell/offline-bar'
import { OfflineWorker } from '@/components/shell/offline-worker'
import { ShellShortcuts } from '@/components/shell/shell-shortcuts'
import { ToastProvider } from '@/components/shell/toast-context'
import { ConversationsProvider } from '@/components/sidebar/conversations-context'
import { Sidebar } from '@/components/sidebar/sidebar'

type AppShellProps = { user: { id: string; name: string; email: string }; children: ReactNode }

/** The frame of every page of somebody who is signed in: sidebar (a drawer on a phone) and the page. */
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
