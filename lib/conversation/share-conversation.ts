import { randomBytes } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { countRows, isoTime, rowsOf, storedJson } from '@/db/rows'
import { messageByKey } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import type { SharedConversation, ShareLink } from '@/lib/contract/api'
import type { RenderedShare } from '@/lib/contract/markdown-token'
import { AppError } from '@/lib/errors'
import type { ConversationId } from '@/lib/ids'
import { hasRoom } from '@/lib/rate-limit/row-quota'

/** 18 bytes are 144 bits, and need no padding in base64url. */
const shareIdBytes = 18
const shareIdPattern = /^[A-Za-z0-9_-]{24}$/

/** Limits for the size of a share. Older messages of a longer conversation are omitted. */
const maxShareCharacters = 1_048_576
const maxShareMessages = 2000

/**
 * Selects the newest messages (`seq`, `role`, `text`) that fit into a share, as the CTEs `kept` and `shortened`. If
 * the newest message alone is too long, its start is kept.
 */
const newestThatFit = (texts: SQL) => sql`
    sized as (
      select seq, role, text, row_number() over newest as place, sum(length(text)) over newest as characters
      from (${texts}) texts where text <> '' window newest as (order by seq desc)
    ),
    kept as (
      select seq, role, left(text, ${maxShareCharacters}) as text from sized
      where place = 1 or (characters <= ${maxShareCharacters} and place <= ${maxShareMessages})
    ),
    shortened as (
      select exists (
        select from sized where characters > ${maxShareCharacters} or place > ${maxShareMessages}
      ) as "isShortened"
    )`

const keptMessages = sql`coalesce(
  (select jsonb_agg(jsonb_build_object('role', role, 'text', text) order by seq) from kept), '[]')`

const sharedRow = z.discriminatedUnion('temporary', [
  z.object({ temporary: z.literal(true) }),
  z.object({ temporary: z.literal(false), shareId: z.string(), createdAt: isoTime, isShortened: z.boolean() }),
])

/**
 * Creates a link to a snapshot of the active branch, or updates the snapshot of the existing link, so that a repeated
 * request creates one link. A running answer is not included. Throws `not_found`, `invalid_request` for a temporary
 * conversation, and `quota_exceeded`.
 */
export async function shareConversation(
  { db, userId, limits }: Needs<'db' | 'userId' | 'limits'>,
  id: ConversationId,
): Promise<ShareLink & { isNew: boolean }> {
  const shareId = randomBytes(shareIdBytes).toString('base64url')
  const result = await db.execute(sql`
    with recursive meant as (
      select title, temporary, active_leaf_id from conversation
      where user_id = ${userId} and id = ${id} and deleted_at is null
    ),
    branch as (
      select m.id, m.parent_id, m.seq, m.role, m.status, m.parts
      from meant cross join ${messageByKey(userId, sql`meant.active_leaf_id`)} m where m.conversation_id = ${id}
      union all
      select m.id, m.parent_id, m.seq, m.role, m.status, m.parts
      from branch cross join ${messageByKey(userId, sql`branch.parent_id`)} m
    ),
    ${newestThatFit(sql`
      select seq, role, (
        select string_agg(part ->> 'text', e'\n\n' order by place)
        from jsonb_array_elements(parts) with ordinality as p (part, place) where part ->> 'type' = 'text'
      ) as text
      from branch where status <> 'streaming'`)},
    shared as (
      insert into shared_conversation (share_id, user_id, conversation_id, title, is_shortened, messages)
      select ${shareId}, ${userId}, ${id}, meant.title, "isShortened", ${keptMessages}
      from meant, shortened where not temporary and case when exists (
        select from shared_conversation where user_id = ${userId} and conversation_id = ${id}) then true
        else ${hasRoom(limits, 'shares', userId)} end
      on conflict (user_id, conversation_id) do update
        set title = excluded.title, is_shortened = excluded.is_shortened, messages = excluded.messages,
          rendered = null, created_at = now()
      returning share_id, created_at, is_shortened
    )
    select meant.temporary, share_id as "shareId", is_shortened as "isShortened",
      to_json(created_at) #>> '{}' as "createdAt"
    from meant left join shared on true`)
  const [row] = rowsOf(result, sharedRow)
  if (!row) throw new AppError('not_found')
  if (row.temporary) throw new AppError('invalid_request', { detail: 'A temporary conversation cannot be shared.' })
  return {
    shareId: row.shareId,
    path: `/s/${row.shareId}`,
    createdAt: row.createdAt,
    isShortened: row.isShortened,
    isNew: row.shareId === shareId,
  }
}

/**
 * Revokes the link of a conversation immediately, if it has one. Throws `not_found` if the conversation does not
 * exist.
 */
export async function unshareConversation({ db, userId }: Needs<'db' | 'userId'>, id: ConversationId): Promise<void> {
  const result = await db.execute(sql`
    with revoked as (delete from shared_conversation where user_id = ${userId} and conversation_id = ${id})
    select id from conversation where user_id = ${userId} and id = ${id} and deleted_at is null`)
  if (countRows(result) === 0) throw new AppError('not_found')
}

/**
 * Returns the text of a share, or null if it does not exist or was revoked. The result must not name the owner. A
 * share from before the size was limited is shortened here.
 */
export async function findSharedConversation(needs: Needs<'db'>, shareId: string): Promise<SharedConversation | null> {
  const snapshot = await findSnapshot(needs, shareId)
  return snapshot && { ...snapshot, createdAt: new Date(snapshot.createdAt).toISOString() }
}

/** `createdAt` keeps the microseconds of Postgres, so that it can be compared there. */
const snapshotRow = z.object({
  title: z.string(),
  messages: storedJson<SharedConversation['messages']>(),
  isShortened: z.boolean(),
  createdAt: z.string(),
})

async function findSnapshot({ db }: Needs<'db'>, shareId: string): Promise<SharedConversation | null> {
  if (!shareIdPattern.test(shareId)) return null
  const result = await db.execute(sql`
    with meant as (
      select s.title, s.messages, s.created_at, s.is_shortened from shared_conversation s
      join conversation c on c.user_id = s.user_id and c.id = s.conversation_id
      where s.share_id = ${shareId} and c.deleted_at is null
    ),
    ${newestThatFit(sql`
      select place as seq, message ->> 'role' as role, message ->> 'text' as text
      from meant, jsonb_array_elements(messages) with ordinality as m (message, place)`)}
    select title, ${keptMessages} as messages, is_shortened or "isShortened" as "isShortened",
      to_json(created_at) #>> '{}' as "createdAt"
    from meant, shortened`)
  return rowsOf(result, snapshotRow)[0] ?? null
}

/** Parses the messages of a share. It must yield to the event loop, because a large share takes up to a second. */
type RenderMessages = (messages: SharedConversation['messages']) => Promise<RenderedShare['messages']>

/** A share in the form that its page needs. */
export type SharedPage = Omit<SharedConversation, 'messages'> & Pick<RenderedShare, 'messages'>

const renderedRow = z.object({ title: z.string(), rendered: storedJson<RenderedShare>() })

/**
 * Returns the stored rendering of a share, or null as `findSharedConversation` does. A share without a rendering of
 * this `version`, such as one from an older release, is first rendered and stored. Concurrent callers store the same
 * rendering.
 */
export async function findSharedPage(
  { db }: Needs<'db'>,
  shareId: string,
  version: number,
  render: RenderMessages,
): Promise<SharedPage | null> {
  if (!shareIdPattern.test(shareId)) return null
  const result = await db.execute(sql`
    select s.title, s.rendered from shared_conversation s
    join conversation c on c.user_id = s.user_id and c.id = s.conversation_id
    where s.share_id = ${shareId} and c.deleted_at is null and s.rendered ->> 'version' = ${String(version)}
      and (s.rendered ->> 'createdAt')::timestamptz = s.created_at`)
  const [row] = rowsOf(result, renderedRow)
  if (row) {
    const { createdAt, isShortened, messages } = row.rendered
    return { title: row.title, createdAt, isShortened, messages }
  }
  const shared = await findSnapshot({ db }, shareId)
  if (!shared) return null
  const { title, createdAt, isShortened } = shared
  const messages = await render(shared.messages)
  const rendered: RenderedShare = { version, createdAt, isShortened, messages }
  await db.execute(sql`
    update shared_conversation set rendered = ${JSON.stringify(rendered)}::jsonb
    where share_id = ${shareId} and created_at = ${createdAt}::timestamptz`)
  return { title, createdAt, isShortened, messages }
}
