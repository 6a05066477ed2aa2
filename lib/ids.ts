import { v7, validate, version } from 'uuid'
import { z } from 'zod'

declare const brand: unique symbol
/**
 * A branded string, so that ids of different kinds cannot be mixed up. Only `parseId`, `asId` and `mintId` may create
 * one. User ids come from better-auth.
 */
type Id<Name extends string> = string & { readonly [brand]: Name }

export type UserId = Id<'user'>
export type ConversationId = Id<'conversation'>
export type MessageId = Id<'message'>
export type TodoId = Id<'todo'>
/** The idempotency key of a turn, which never expires. On a submit it defaults to the id of the user message. */
export type TurnId = Id<'turn'>

/** Parses a UUID of any version. Returns it in lower case, as Postgres does, or null if it is invalid. */
export function parseId<T extends ConversationId | MessageId | TodoId | TurnId>(text: string): T | null {
  return validate(text) ? (text.toLowerCase() as T) : null
}

/** Applies `parseId` as the last step of a schema: `z.string().transform(asId<TodoId>)`. */
export function asId<T extends ConversationId | MessageId | TodoId | TurnId>(
  text: string,
  context: z.RefinementCtx,
): T {
  const id = parseId<T>(text)
  if (id) return id
  context.addIssue('must be a UUID')
  return z.NEVER
}

/** Creates a time-ordered id (UUID v7), so that new rows are inserted at the end of an index. */
export function mintId<T extends ConversationId | MessageId | TodoId | TurnId>(): T {
  return v7() as T
}

/** Returns when an id was created, in milliseconds of its creator's clock, or null unless it is a UUID v7. */
export function madeAtMs(id: TodoId): number | null {
  return version(id) === 7 ? Number.parseInt(id.slice(0, 13).replace('-', ''), 16) : null
}
