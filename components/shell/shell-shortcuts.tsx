'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'
import { useSettings } from '@/components/preference/settings-context'
import { useDialogs } from '@/components/shell/dialogs-context'
import { shortcutOf } from '@/components/shell/shortcut-of'

/** New chat, search and the list of shortcuts, on every page. The preference switches all of them off. */
export function ShellShortcuts() {
  const { preferences } = useSettings()
  const { openSearch, openShortcuts } = useDialogs()
  const router = useRouter()
  const enabled = preferences?.shortcuts ?? true
  useEffect(() => {
    if (!enabled) return
    // On the window, after the document: what the chat has answered already is left alone.
    const onKeyDown = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event)
      if (event.defaultPrevented || shortcut === null) return
      event.preventDefault()
      // Behind an open dialog the page is inert.
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
