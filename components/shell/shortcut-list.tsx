'use client'

import { useTranslations } from 'use-intl'

const shortcuts = [
  ['newChat', ['mod', 'shift', 'O']],
  ['search', ['mod', 'K']],
  ['toComposer', ['shift', 'Esc']],
  ['copyLast', ['mod', 'shift', 'C']],
  ['list', ['mod', '/']],
] as const

/** What the shortcuts are, as the keys of this machine are called. */
export function ShortcutList() {
  const t = useTranslations('shell')
  // Seen after hydration only: in a dialog, and in preferences once they have been fetched.
  const isApple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)
  const nameOf = (key: string) => {
    if (key === 'mod') return isApple ? '⌘' : t('key.ctrl')
    return key === 'shift' ? t('key.shift') : key
  }
  return (
    <dl className="divide-y divide-line text-sm">
      {shortcuts.map(([what, keys]) => (
        <div key={what} className="flex items-center justify-between gap-6 py-2">
          <dt>{t(`shortcut.${what}`)}</dt>
          <dd dir="ltr" className="flex shrink-0 gap-1">
            {keys.map((key) => (
              <kbd key={key} className="rounded-md border border-line bg-card px-1.5 py-0.5 font-sans text-xs">
                {nameOf(key)}
              </kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  )
}
