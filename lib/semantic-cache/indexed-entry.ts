/** An entry as the index of its user names it. */
export type IndexedEntry = { scope: string; entryId: string }

/** Neither scopes nor ids have spaces. */
export const formatIndexed = ({ scope, entryId }: IndexedEntry) => `${entryId} ${scope}`

/** Whatever stands in the index gives an entry; one that nobody put there names a key that does not exist. */
export function parseIndexed(member: string): IndexedEntry {
  const [entryId = '', scope = ''] = member.split(' ')
  return { entryId, scope }
}
