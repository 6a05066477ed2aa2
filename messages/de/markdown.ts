import type { markdown as english } from '@/messages/en/markdown'
import type { Translation } from '@/messages/translation'

export const markdown = {
  plainText: 'Nur Text',
  codeLabel: 'Code, {language}',
  copyCode: 'Code kopieren',
  wrap: 'Zeilen umbrechen',
  table: 'Tabelle',
  maths: 'Formel',
  image: 'Bild: {description}',
  imageAlone: 'Bild',
  done: 'Erledigt',
  toDo: 'Nicht erledigt',
} as const satisfies Translation<typeof english>
