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
    empty: 'Hier stehen bald deine Chats.',
    stale: 'Die Liste konnte nicht aktualisiert werden.',
  },
  group: { pinned: 'Angeheftet', today: 'Heute', yesterday: 'Gestern', week: 'Letzte 7 Tage' },
  archive: {
    open: 'Archiv',
    back: 'Alle Chats',
    title: 'Archivierte Chats',
    empty: 'Kein Chat ist archiviert.',
  },
  row: {
    menu: 'Optionen für {title}',
    running: 'Eine Antwort wird geschrieben',
    unseen: 'Neue Antwort',
    title: 'Titel des Chats',
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
    unarchived: '„{title}“ steht wieder bei deinen Chats',
    tooLate: 'Dieser Chat lässt sich nicht mehr zurückholen.',
  },
  user: { preferences: 'Einstellungen', shortcuts: 'Tastenkürzel', signOut: 'Abmelden' },
} as const satisfies Translation<typeof english>
