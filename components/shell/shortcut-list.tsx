'use client'

import { useTranslations } from 'use-intl'

const shortcuts = [
  ['newChat', ['mod', 'shift', 'O']],
  ['search', ['mod', 'K']],
  ['toComposer', ['shift', 'Esc']],
  ['copyLast', ['mod', 'shift', 'C']],
  ['list', ['mod', '/']],
] as const

/** Lists the shortcuts with the key names of this platform. */
export function ShortcutList() {
  const t = useTranslations('shell')
  // `navigator` is safe to read: the list is rendered only after hydration, in a dialog or in loaded preferences.
  const isApple = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)
  const keyLabel = (key: string) => {
    if (key === 'mod') return isApple ? '⌘' : t('key.ctrl')
    return key === 'shift' ? t('key.shift') : key
  }
  return (
    <dl className="divide-y divide-line text-sm">
      {shortcuts.map(([action, keys]) => (
        <div key={action} className="flex items-center justify-between gap-6 py-2">
          <dt>{t(`shortcut.${action}`)}</dt>
          <dd dir="ltr" className="flex shrink-0 gap-1">
            {keys.map((key) => (
              <kbd key={key} className="rounded-md border border-line bg-card px-1.5 py-0.5 font-sans text-xs">
                {keyLabel(key)}
              </kbd>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  )
}
