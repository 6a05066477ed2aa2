import { type KeyRing, keyedHash } from '@/lib/crypto/key-ring'

/**
 * The position of a question: '' at the start of a conversation, else a hash over the identities of all previous
 * answers. Two conversations have the same path if their questions had the same words and their answers were the
 * same. A follow-up ("and for children?") can therefore only be found in an equivalent conversation.
 */
export type ConversationPath = string

const sharedMark = 's:'
const fileMark = 'f:'

/** Returns whether every previous answer is shareable. One private answer makes all later paths private. */
export const isSharedPath = (path: ConversationPath) => path === '' || path.startsWith(sharedMark)

/**
 * Returns whether an earlier question had a file. Later questions may be about the file, so
 * their text alone is not enough.
 */
export const hasFile = (path: ConversationPath) => path.startsWith(fileMark)

/**
 * Returns the path after an answer. For an uncacheable answer `identity` must be the id of its message, so that no
 * cached answer of another conversation can be found on this branch.
 */
export function nextPath(
  keys: KeyRing,
  parent: ConversationPath,
  { identity, isShareable, withFile = false }: { identity: string; isShareable: boolean; withFile?: boolean },
): ConversationPath {
  const hash = keyedHash(keys, 'path', parent, identity)
  if (withFile || hasFile(parent)) return `${fileMark}${hash}`
  return isShareable && isSharedPath(parent) ? `${sharedMark}${hash}` : hash
}
