import type { thread as english } from '@/messages/en/thread'
import type { Translation } from '@/messages/translation'

export const thread = {
  label: 'Nachrichten',
  toNewest: 'Zum Neuesten',
  loadingOlder: 'Ältere Nachrichten werden geladen …',
  earlierPlace: 'Weiter oben im Chat',
  messageGone: 'Diese Nachricht gibt es in diesem Chat nicht. Hier ist sein Ende.',
  messageNotLoaded: 'Diese Nachricht konnte nicht geladen werden.',
  dismiss: 'Hinweis schließen',
} as const satisfies Translation<typeof english>
