import type { share as english } from '@/messages/en/share'
import type { Translation } from '@/messages/translation'

export const share = {
  title: 'Chat teilen',
  untitled: 'Neuer Chat',
  whatIsInIt:
    'Alle mit dem Link können diesen Chat so sehen, wie er jetzt ist. Dein Name, Dateien und spätere Nachrichten werden nicht geteilt.',
  link: 'Link zu diesem Chat',
  make: 'Link erstellen',
  copy: 'Kopieren',
  copied: 'Link kopiert',
  notCopied: 'Kopieren fehlgeschlagen. Markiere den Link und kopiere ihn.',
  madeAt: 'Stand von {at}',
  update: 'Link aktualisieren',
  revoke: 'Link löschen',
  revoked: 'Link gelöscht.',
  isShortened: 'Der Chat ist zu lang, um ihn ganz zu teilen. Der Link zeigt den neuesten Teil.',
  page: {
    name: 'Geteilter Chat',
    asItWas: 'Geteilt am {day}',
    isShortened:
      'Dieser Chat war zu lang, um ihn ganz zu teilen. Ältere Nachrichten oder das Ende einer sehr langen Nachricht fehlen.',
    question: 'Frage',
    answer: 'Antwort',
    goneTitle: 'Link nicht verfügbar',
    goneWords: 'Der Link wurde möglicherweise entfernt.',
    toGoldfish: 'Goldfish öffnen',
  },
} as const satisfies Translation<typeof english>
