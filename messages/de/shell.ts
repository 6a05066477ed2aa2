import type { shell as english } from '@/messages/en/shell'
import type { Translation } from '@/messages/translation'

export const shell = {
  skip: 'Zum Inhalt springen',
  sidebar: 'Seitenleiste',
  openSidebar: 'Seitenleiste öffnen',
  closeSidebar: 'Seitenleiste schließen',
  newChat: 'Neuer Chat',
} as const satisfies Translation<typeof english>
