import type { Preferences } from '@/lib/contract/api'
import type { ChatPart, MessageStatus } from '@/lib/contract/ui-message'
import type { CachedPart } from './cached-answer'
import { type ConversationPath, hasFile } from './conversation-path'
import { isTimeDependent } from './is-time-dependent'

/** Why a turn stays out of the cache. */
export type UncacheableReason = 'off' | 'not_only_text' | 'empty' | 'time_dependent' | 'not_complete'

/** Why a question is neither looked up nor its answer stored; null if it may be. */
export function uncacheableQuestion(
  parts: readonly ChatPart[],
  answerCache: Preferences['answerCache'],
  path: ConversationPath,
): UncacheableReason | null {
  if (answerCache === 'off') return 'off'
  if (!isOnlyText(parts) || hasFile(path)) return 'not_only_text'
  const text = questionText(parts)
  if (text.trim() === '') return 'empty'
  return isTimeDependent(text) ? 'time_dependent' : null
}

/** Whether a message is nothing but words. */
export const isOnlyText = (parts: readonly ChatPart[]) => parts.every(isText)

/** The text of a question. */
export const questionText = (parts: readonly ChatPart[]) =>
  parts
    .filter(isText)
    .map(({ text }) => text)
    .join('\n')

/**
 * What of an answer may be cached: its texts, without the model's reasoning; or why nothing may. An answer that was
 * stopped, cut, refused or failed is not complete.
 */
export function cacheableParts(
  status: MessageStatus,
  parts: readonly ChatPart[],
): { parts: CachedPart[]; reason: null } | { parts: null; reason: UncacheableReason } {
  if (status !== 'complete') return { parts: null, reason: 'not_complete' }
  const shown = parts.filter(({ type }) => type !== 'reasoning' && type !== 'step-start')
  if (!shown.every(isText)) return { parts: null, reason: 'not_only_text' }
  const texts = shown.filter(({ text }) => text !== '').map(({ text }) => ({ type: 'text' as const, text }))
  const saysNothing = texts.every(({ text }) => text.trim() === '')
  return saysNothing ? { parts: null, reason: 'empty' } : { parts: texts, reason: null }
}

const isText = (part: ChatPart): part is Extract<ChatPart, { type: 'text' }> => part.type === 'text'
