import type { common as english } from '@/messages/en/common'
import type { Translation } from '@/messages/translation'

export const common = {
  retry: 'Erneut versuchen',
  saving: 'Wird gespeichert …',
  copied: 'Kopiert',
  copyFailed: 'Kopieren fehlgeschlagen',
  deadEnd: {
    words: 'Bei uns ist etwas schiefgegangen. Deine Chats sind sicher.',
    pageTitle: 'Diese Seite konnte nicht geladen werden',
    notFoundName: 'Nicht gefunden',
    notFoundTitle: 'Seite nicht gefunden',
    notFoundWords: 'Diese Seite gibt es nicht, oder sie wurde entfernt.',
    toChats: 'Zurück zu den Chats',
  },
  siteDescription: 'Selbst gehosteter KI-Chat mit Sofortantworten auf wiederkehrende Fragen.',
} as const satisfies Translation<typeof english>
