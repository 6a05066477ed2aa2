import type { todo as english } from '@/messages/en/todo'
import type { Translation } from '@/messages/translation'

export const todo = {
  title: 'Aufgaben',
  loading: 'Deine Aufgaben werden geladen …',
  stale: 'Die Liste konnte nicht aktualisiert werden.',
  add: { label: 'Neue Aufgabe', placeholder: 'Aufgabe hinzufügen', submit: 'Hinzufügen' },
  filter: { label: 'Anzeigen', all: 'Alle', open: 'Offen', done: 'Erledigt' },
  list: {
    label: 'Aufgaben',
    keys: 'Mit den Pfeiltasten bewegen, mit der Leertaste abhaken, mit Enter bearbeiten und mit Entf löschen.',
  },
  empty: {
    all: 'Noch keine Aufgaben',
    allHint: 'Füge oben eine hinzu oder sag Goldfish: „Setz Milch auf meine Liste.“',
    open: 'Alles erledigt',
    openHint: 'Du hast keine offenen Aufgaben.',
    done: 'Noch nichts erledigt',
    doneHint: 'Erledigte Aufgaben erscheinen hier.',
  },
  row: { edit: '„{title}“ bearbeiten', delete: '„{title}“ löschen', description: 'Beschreibung von „{title}“' },
  edit: { title: 'Titel', description: 'Beschreibung', save: 'Speichern', cancel: 'Abbrechen' },
  said: {
    added: '„{title}“ hinzugefügt',
    done: '„{title}“ erledigt',
    opened: '„{title}“ wieder geöffnet',
    changed: '„{title}“ gespeichert',
    deleted: '„{title}“ gelöscht',
    restored: '„{title}“ wiederhergestellt',
  },
  failed: {
    add: '„{title}“ konnte nicht hinzugefügt werden.',
    patch: '„{title}“ konnte nicht gespeichert werden.',
    remove: '„{title}“ konnte nicht gelöscht werden.',
    dismiss: 'Ausblenden',
  },
} as const satisfies Translation<typeof english>
