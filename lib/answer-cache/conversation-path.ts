import type { KeyRing } from '@/lib/crypto/key-ring'
import { keyedHash } from '@/lib/crypto/keyed-hash'

/**
 * Where a question stands: '' at a conversation's start, else a hash over the identities of all answers before it. Two
 * conversations that took the same questions, in whatever words, and got the same answers share a path, so a follow-up
 * ("and for children?") can be found there and nowhere else.
 */
export type ConversationPath = string

const sharedMark = 's:'

/** Whether every answer on the way could be shared. One private answer makes the path private for ever. */
export const isSharedPath = (path: ConversationPath) => path === '' || path.startsWith(sharedMark)

/**
 * The path after an answer. `identity` is the answer's identity, or for an answer that may not be cached its message's
 * own id: then nothing cached elsewhere is ever found on this branch again.
 */
export function nextPath(
  keys: KeyRing,
  parent: ConversationPath,
  { identity, isShareable }: { identity: string; isShareable: boolean },
): ConversationPath {
  const hash = keyedHash(keys, 'path', parent, identity)
  return isShareable && isSharedPath(parent) ? `${sharedMark}${hash}` : hash
}
