import type { common as english } from '@/messages/en/common'
import type { Translation } from '@/messages/translation'

export const common = {
  retry: 'Noch einmal',
  saving: 'Wird gespeichert …',
  copied: 'Kopiert',
  copyFailed: 'Kopieren war nicht möglich',
  deadEnd: {
    words: 'Bei uns ist etwas schiefgegangen. Deine Chats sind sicher.',
    pageTitle: 'Diese Seite konnte nicht geladen werden',
    notFoundName: 'Nicht gefunden',
    notFoundTitle: 'Hier ist nichts',
    notFoundWords: 'Diese Seite gibt es nicht oder nicht mehr.',
    toChats: 'Zu deinen Chats',
  },
  siteDescription: 'Ein Chat, dessen Server sich nichts merken.',
} as const satisfies Translation<typeof english>
