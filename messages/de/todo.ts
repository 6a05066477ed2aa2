import type { todo as english } from '@/messages/en/todo'
import type { Translation } from '@/messages/translation'

export const todo = {
  title: 'Aufgaben',
  loading: 'Deine Aufgaben werden geladen …',
  stale: 'Die Liste konnte nicht aktualisiert werden.',
  add: { label: 'Neue Aufgabe', placeholder: 'Was ist zu tun?', submit: 'Hinzufügen' },
  filter: { label: 'Anzeigen', all: 'Alle', open: 'Offen', done: 'Erledigt' },
  list: {
    label: 'Aufgaben',
    keys: 'Mit den Pfeiltasten zur nächsten Aufgabe. Leertaste hakt ab, Eingabe ändert den Text, Entf löscht.',
  },
  empty: {
    all: 'Noch nichts da.',
    allHint: 'Schreib das Erste oben auf, oder sag es in einem Chat: „Setz Milch auf meine Liste.“',
    open: 'Nichts ist offen.',
    openHint: 'Alles, was zu tun war, ist erledigt.',
    done: 'Noch nichts erledigt.',
    doneHint: 'Was du abhakst, bleibt hier stehen.',
  },
  row: { edit: '„{title}“ ändern', delete: '„{title}“ löschen', description: 'Beschreibung von „{title}“' },
  edit: { title: 'Titel', description: 'Beschreibung', save: 'Speichern', cancel: 'Abbrechen' },
  said: {
    added: '„{title}“ hinzugefügt',
    done: 'Erledigt: „{title}“',
    opened: 'Wieder offen: „{title}“',
    changed: '„{title}“ gespeichert',
    deleted: '„{title}“ gelöscht',
    restored: '„{title}“ ist wieder da',
  },
  failed: {
    add: '„{title}“ wurde nicht hinzugefügt.',
    patch: '„{title}“ wurde nicht geändert.',
    remove: '„{title}“ wurde nicht gelöscht.',
    dismiss: 'Verwerfen',
  },
} as const satisfies Translation<typeof english>
