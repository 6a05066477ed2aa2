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
  },
  sessions: {
    legend: 'Sitzungen',
    words: 'Wo du angemeldet bist. Eine widerrufene Sitzung endet mit ihrer nächsten Anfrage.',
    loading: 'Deine Sitzungen werden geladen …',
    since: 'Seit {date}',
    current: 'Dieses Gerät',
    revoke: 'Widerrufen',
    revokeDevice: '{device} widerrufen',
    device: '{browser} auf {system}',
    unknownDevice: 'Unbekanntes Gerät',
    endOthers: 'Überall sonst abmelden',
  },
  password: {
    title: 'Passwort',
    lead: 'Ein neues Passwort meldet dich überall sonst ab.',
    current: 'Bisheriges Passwort',
    new: 'Neues Passwort',
    rule: '12 Zeichen oder mehr.',
    change: 'Passwort ändern',
    busy: 'Wird geändert …',
    done: 'Dein Passwort ist geändert. Überall sonst bist du abgemeldet.',
  },
  export: {
    title: 'Export',
    lead: 'Alle deine Chats mit allen Zweigen und deine Einstellungen als eine JSON-Datei.',
    save: 'Alle meine Daten exportieren',
    busy: 'Deine Daten werden zusammengestellt …',
    done: 'Dein Browser hat die Datei.',
  },
  import: {
    title: 'Import',
    lead: 'Nimmt eine von Goldfish exportierte Datei oder die conversations.json eines ChatGPT-Exports, bis 50 MB. Was schon hier ist, bleibt, wie es ist.',
    choose: 'Datei auswählen',
    sending: 'Wird gesendet: {part, number, percent}',
    reading: 'Die Chats werden übernommen …',
    isZip: 'Das ist eine ZIP-Datei. Entpacke sie zuerst und wähle die conversations.json darin.',
    tooLarge: 'Diese Datei ist größer als 50 MB.',
    imported:
      '{count, plural, =0 {Kein Chat wurde importiert.} one {# Chat wurde importiert.} other {# Chats wurden importiert.}}',
    skipped: '{count, plural, one {# war schon hier.} other {# waren schon hier.}}',
    failed: '{count, plural, one {# konnte nicht übernommen werden:} other {# konnten nicht übernommen werden:}}',
    number: 'Nr. {number}',
    untold: '{count, plural, one {Und # weiterer.} other {Und # weitere.}}',
  },
  allChats: {
    title: 'Alle Chats',
    lead: 'Löscht alle Chats, auch die archivierten, samt den Antworten, die von ihnen aufgehoben sind. Einige Sekunden lang lässt es sich rückgängig machen.',
    delete: 'Alle Chats löschen',
    deleted: '{count, plural, one {# Chat gelöscht} other {# Chats gelöscht}}',
    restored: '{count, plural, one {# Chat ist wieder da} other {# Chats sind wieder da}}',
    none: 'Es gibt keinen Chat zu löschen.',
    tooLate: 'Sie lassen sich nicht mehr zurückholen.',
  },
  account: {
    title: 'Konto',
    lead: 'Löscht das Konto und alles, was dazu gehört.',
    delete: 'Mein Konto löschen',
    confirmTitle: 'Dein Konto löschen?',
    whatGoes:
      'Das Konto {email} verschwindet mit allen Chats, geteilten Links, Einstellungen und Sitzungen, sofort und endgültig. Das lässt sich nicht rückgängig machen. Exportiere vorher, was du behalten möchtest.',
    password: 'Dein Passwort',
    cancel: 'Mein Konto behalten',
    confirm: 'Endgültig löschen',
    busy: 'Wird gelöscht …',
  },
  goodbye: {
    title: 'Auf Wiedersehen',
    words: 'Dein Konto ist gelöscht, mit allem, was darin war. Danke, dass du hier warst.',
  },
} as const satisfies Translation<typeof english>
