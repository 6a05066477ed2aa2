import type { preference as english } from '@/messages/en/preference'
import type { Translation } from '@/messages/translation'

export const preference = {
  title: 'Einstellungen',
  saved: 'Gespeichert',
  unsaved: 'Das wurde nicht gespeichert. {reason}',
  loading: 'Deine Einstellungen werden geladen …',
  language: {
    legend: 'Sprache',
    browser: 'Wie der Browser',
  },
  theme: {
    legend: 'Farbschema',
    system: 'Wie das System',
    light: 'Hell',
    dark: 'Dunkel',
  },
  model: {
    legend: 'Modell',
    standard: 'Standard',
    standardNamed: 'Standard ({name})',
    unavailable: '{name} (gerade nicht verfügbar)',
  },
  answerCache: {
    legend: 'Antwortspeicher',
    shared: {
      name: 'Gemeinsam',
      words:
        'Allgemeine Fragen können mit Antworten beantwortet werden, die andere bekommen haben, und deine Antworten auf solche Fragen können anderen helfen.',
    },
    private: {
      name: 'Privat',
      words:
        'Wiederholte Fragen werden sofort mit deinen eigenen früheren Antworten beantwortet; niemand sonst sieht sie.',
    },
    off: {
      name: 'Aus',
      words: 'Jede Frage geht an das Modell, und keine Antwort wird für später aufgehoben.',
    },
  },
  sendKey: {
    legend: 'Taste zum Senden',
    enter: {
      name: 'Enter sendet',
      words: 'Umschalt+Enter beginnt eine neue Zeile.',
    },
    'mod-enter': {
      name: 'Strg+Enter oder ⌘+Enter sendet',
      words: 'Enter beginnt eine neue Zeile.',
    },
  },
  shortcuts: {
    legend: 'Tastenkürzel',
    use: 'Tastenkürzel verwenden',
    newChat: {
      keys: 'Strg/⌘+Umschalt+O',
      does: 'Neuer Chat',
    },
    toComposer: {
      keys: 'Umschalt+Esc',
      does: 'Zum Eingabefeld',
    },
    copyAnswer: {
      keys: 'Strg/⌘+Umschalt+C',
      does: 'Letzte Antwort kopieren',
    },
  },
  sessions: {
    legend: 'Sitzungen',
    words: 'Wo du angemeldet bist. Eine widerrufene Sitzung endet mit ihrer nächsten Anfrage.',
    loading: 'Deine Sitzungen werden geladen …',
    since: 'Seit {date}',
    current: 'Diese hier',
    revoke: 'Widerrufen',
    revokeDevice: '{device} widerrufen',
    device: '{browser} auf {system}',
    unknownDevice: 'Unbekanntes Gerät',
  },
} as const satisfies Translation<typeof english>
