'use client'
import { Hourglass, Keyboard, ListTodo, LogOut, Moon, Settings2, SquarePen, Sun, SunMoon } from 'lucide-react'
import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useErrorMessage } from '@/components/api/use-error-message'
import { useSettings } from '@/components/preference/settings-context'
import { useToast } from '@/components/shell/toast-context'
import type { AuthFailure } from '@/lib/auth/browser-client'
import type { Preferences, Snippet } from '@/lib/contract/api'

const icon = { 'aria-hidden': true, className: 'size-4 shrink-0 text-soft' } as const

export type CommandActions = { onShortcuts: () => void; onSignOut: () => Promise<AuthFailure | null> }

/** Returns the commands whose label contains `text`. */
export function useCommands(text: string, { onShortcuts, onSignOut }: CommandActions): SearchEntry[] {
  const t = useTranslations('shell')
  const errorMessage = useErrorMessage()
  const router = useRouter()
  const { showToast } = useToast()
  const { preferences, save } = useSettings()

  const setTheme = async (theme: Preferences['theme']) => {
    const result = await save({ theme })
    if (!result.ok) showToast({ message: errorMessage(result.failure) })
  }
  const leave = async () => {
    const failure = await onSignOut()
    if (failure !== null) showToast({ message: errorMessage(failure) })
  }
  const themes = [
    { key: 'theme-system', theme: 'system', icon: <SunMoon {...icon} />, label: t('command.themeSystem') },
    { key: 'theme-light', theme: 'light', icon: <Sun {...icon} />, label: t('command.themeLight') },
    { key: 'theme-dark', theme: 'dark', icon: <Moon {...icon} />, label: t('command.themeDark') },
  ] as const
  const all: SearchEntry[] = [
    { key: 'new', icon: <SquarePen {...icon} />, label: t('command.newChat'), onChoose: () => router.push('/') },
    {
      key: 'temporary',
      icon: <Hourglass {...icon} />,
      label: t('command.temporaryChat'),
      onChoose: () => router.push('/?temporary'),
    },
    { key: 'todos', icon: <ListTodo {...icon} />, label: t('command.todos'), onChoose: () => router.push('/todos') },
    {
      key: 'preferences',
      icon: <Settings2 {...icon} />,
      label: t('command.preferences'),
      onChoose: () => router.push('/preferences'),
    },
    ...themes
      .filter(({ theme }) => theme !== preferences?.theme)
      .map(({ theme, ...entry }) => ({ ...entry, onChoose: () => void setTheme(theme) })),
    { key: 'shortcuts', icon: <Keyboard {...icon} />, label: t('command.shortcuts'), onChoose: onShortcuts },
    { key: 'sign-out', icon: <LogOut {...icon} />, label: t('command.signOut'), onChoose: () => void leave() },
  ]
  const query = text.trim().toLocaleLowerCase()
  return all.filter(({ label }) => label.toLocaleLowerCase().includes(query))
}

/** One row of the search dialog: a conversation to open or a command to run. */
export type SearchEntry = {
  key: string
  icon: ReactNode
  label: string
  /** The text around a match, or null if the label alone is shown. */
  snippet?: Snippet | null
  note?: string
  onChoose: () => void
}

export type EntryGroup = { name: string; entries: SearchEntry[] }
