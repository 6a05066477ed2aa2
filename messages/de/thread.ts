import type { thread as english } from '@/messages/en/thread'
import type { Translation } from '@/messages/translation'

export const thread = {
  label: 'Nachrichten',
  toNewest: 'Zum Neuesten springen',
  loadingOlder: 'Ältere Nachrichten werden geladen …',
  earlierPlace: 'Weiter oben im Chat',
  messageGone: 'Diese Nachricht gibt es nicht mehr.',
  messageNotLoaded: 'Diese Nachricht konnte nicht geladen werden.',
  dismiss: 'Ausblenden',
} as const satisfies Translation<typeof english>
