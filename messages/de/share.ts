import type { share as english } from '@/messages/en/share'
import type { Translation } from '@/messages/translation'

export const share = {
  title: 'Diesen Chat teilen',
  untitled: 'Neuer Chat',
  whatIsInIt:
    'Alle, die den Link haben, können diesen Chat lesen, wie er jetzt ist: den Titel und die Fragen und Antworten, die zu sehen sind. Was später kommt, ist nicht dabei, auch keine Dateien und nicht dein Name.',
  link: 'Link zu diesem Chat',
  make: 'Link erstellen',
  copy: 'Kopieren',
  copied: 'Der Link ist kopiert.',
  notCopied: 'Kopieren war nicht möglich. Der Link ist markiert und lässt sich von Hand kopieren.',
  madeAt: 'Er zeigt den Chat, wie er um {at} war.',
  update: 'Link auf den neuesten Stand bringen',
  revoke: 'Link widerrufen',
  revoked: 'Der Link funktioniert nicht mehr, für niemanden.',
  isShortened: 'Der Chat ist zu lang, um ihn ganz zu teilen. Der Link zeigt den neuesten Teil.',
  page: {
    name: 'Geteilter Chat',
    asItWas: 'Ein geteilter Chat, wie er am {day} war.',
    isShortened:
      'Dieser Chat war zu lang, um ihn ganz zu teilen. Ältere Nachrichten oder das Ende einer sehr langen Nachricht fehlen.',
    question: 'Frage',
    answer: 'Antwort',
    goneTitle: 'Dieser Link funktioniert nicht mehr',
    goneWords: 'Er wurde widerrufen, oder der Chat wurde gelöscht.',
    toGoldfish: 'Zu Goldfish',
  },
} as const satisfies Translation<typeof english>
