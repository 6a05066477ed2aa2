import type { sidebar as english } from '@/messages/en/sidebar'
import type { Translation } from '@/messages/translation'

export const sidebar = {
  newChat: 'Neuer Chat',
  untitled: 'Neuer Chat',
  search: 'Suchen',
  chats: 'Chats',
  todos: 'Aufgaben',
  list: {
    loading: 'Deine Chats werden geladen …',
    more: 'Weitere werden geladen …',
    empty: 'Noch keine Chats',
    stale: 'Die Liste konnte nicht aktualisiert werden.',
  },
  group: { pinned: 'Angeheftet', today: 'Heute', yesterday: 'Gestern', week: 'Letzte 7 Tage' },
  archive: {
    open: 'Archiv',
    back: 'Zurück',
    title: 'Archivierte Chats',
    empty: 'Keine archivierten Chats',
  },
  row: {
    menu: 'Optionen für {title}',
    running: 'Antwortet gerade',
    unseen: 'Neue Antwort',
    title: 'Chat-Titel',
    rename: 'Umbenennen',
    pin: 'Anheften',
    unpin: 'Lösen',
    share: 'Teilen …',
    saveMarkdown: 'Als Markdown exportieren',
    saveJson: 'Als JSON exportieren',
    archive: 'Archivieren',
    unarchive: 'Aus dem Archiv holen',
    delete: 'Löschen',
  },
  said: {
    deleted: '„{title}“ gelöscht',
    archived: '„{title}“ archiviert',
    unarchived: '„{title}“ aus dem Archiv geholt',
    tooLate: 'Dieser Chat lässt sich nicht mehr wiederherstellen.',
  },
  user: { preferences: 'Einstellungen', shortcuts: 'Tastenkürzel', signOut: 'Abmelden' },
} as const satisfies Translation<typeof english>
