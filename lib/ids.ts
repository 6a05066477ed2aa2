import { v7, validate, version } from 'uuid'
import { z } from 'zod'

declare const brand: unique symbol
/** A string that has been through the one door that may call it an id of this kind. */
type Id<Name extends string> = string & { readonly [brand]: Name }

export type UserId = Id<'user'>
export type ConversationId = Id<'conversation'>
export type MessageId = Id<'message'>
export type TodoId = Id<'todo'>
/** The idempotency key of a turn, for ever. On a submit it defaults to the user message's id. */
export type TurnId = Id<'turn'>

/** Any valid UUID is accepted from a client, in the lower-case spelling Postgres gives back. Returns null otherwise. */
export function parseId<T extends ConversationId | MessageId | TodoId | TurnId>(text: string): T | null {
  return validate(text) ? (text.toLowerCase() as T) : null
}

/** The same as the last step of a schema: `z.string().transform(asId<TodoId>)`. */
export function asId<T extends ConversationId | MessageId | TodoId | TurnId>(
  text: string,
  context: z.RefinementCtx,
): T {
  const id = parseId<T>(text)
  if (id) return id
  context.addIssue('must be a UUID')
  return z.NEVER
}

/** A new time-ordered id (UUID v7), so that index inserts stay at the right edge. */
export function mintId<T extends ConversationId | MessageId | TodoId | TurnId>(): T {
  return v7() as T
}

/** When an id of version 7 was made, in milliseconds of the clock of whoever made it; null: other versions do not know. */
export function madeAtMs(id: TodoId): number | null {
  return version(id) === 7 ? Number.parseInt(id.slice(0, 13).replace('-', ''), 16) : null
}
