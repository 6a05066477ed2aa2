import { type KeyRing, keyedHash } from '@/lib/crypto/key-ring'

/**
 * Where a question stands: '' at a conversation's start, else a hash over the identities of all answers before it. Two
 * conversations that took the same questions, in whatever words, and got the same answers share a path, so a follow-up
 * ("and for children?") can be found there and nowhere else.
 */
export type ConversationPath = string

const sharedMark = 's:'
const fileMark = 'f:'

/** Whether every answer on the way could be shared. One private answer makes the path private for ever. */
export const isSharedPath = (path: ConversationPath) => path === '' || path.startsWith(sharedMark)

/** Whether a file came with a question on the way: what is asked after it is about more than words. */
export const hasFile = (path: ConversationPath) => path.startsWith(fileMark)

/**
 * The path after an answer. `identity` is the answer's identity, or for an answer that may not be cached its message's
 * own id: then nothing cached elsewhere is ever found on this branch again.
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
