import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { rowsOf } from '@/db/rows'
import { messageByKey } from '@/db/schema/message'
import type { Needs } from '@/lib/context'
import type { SharedConversation, ShareLink } from '@/lib/contract/api'
import { AppError } from '@/lib/errors'
import type { ConversationId } from '@/lib/ids'
import { hasRoom } from '@/lib/rate-limit/row-quota'

/** 18 bytes: 144 bits, and no padding in base64url. */
const shareIdBytes = 18
export const shareIdPattern = /^[A-Za-z0-9_-]{24}$/

/**
 * Makes a link to what the active branch holds now, or takes a new snapshot for the link that is there: the same request
 * twice makes one link. An answer that is still being written is not in it. Throws `not_found`, `invalid_request` for a
 * temporary conversation, and fails on the quota of links.
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
    texts as (
      select seq, role, (
        select string_agg(part ->> 'text', e'\n\n' order by place)
        from jsonb_array_elements(parts) with ordinality as p (part, place) where part ->> 'type' = 'text'
      ) as text
      from branch where status <> 'streaming'
    ),
    shared as (
      insert into shared_conversation (share_id, user_id, conversation_id, title, messages)
      select ${shareId}, ${userId}, ${id}, meant.title, coalesce(
        (select jsonb_agg(jsonb_build_object('role', role, 'text', text) order by seq) from texts where text <> ''), '[]')
      from meant where not temporary and case when exists (
        select from shared_conversation where user_id = ${userId} and conversation_id = ${id}) then true
        else ${hasRoom(limits, 'shares', userId)} end
      on conflict (user_id, conversation_id) do update
        set title = excluded.title, messages = excluded.messages, created_at = now()
      returning share_id, created_at
    )
    select meant.temporary, share_id as "shareId", to_json(created_at) #>> '{}' as "createdAt"
    from meant left join shared on true`)
  const [row] = rowsOf<{ temporary: boolean; shareId: string; createdAt: string }>(result)
  if (!row) throw new AppError('not_found')
  if (row.temporary) throw new AppError('invalid_request', { detail: 'A temporary conversation cannot be shared.' })
  return {
    shareId: row.shareId,
    path: `/s/${row.shareId}`,
    createdAt: new Date(row.createdAt).toISOString(),
    isNew: row.shareId === shareId,
  }
}

/** Revokes the link, for everybody and at once; there need not be one. Throws `not_found` for the conversation. */
export async function unshareConversation({ db, userId }: Needs<'db' | 'userId'>, id: ConversationId): Promise<void> {
  const result = await db.execute(sql`
    with revoked as (delete from shared_conversation where user_id = ${userId} and conversation_id = ${id})
    select id from conversation where user_id = ${userId} and id = ${id} and deleted_at is null`)
  if (rowsOf(result).length === 0) throw new AppError('not_found')
}

/** What a link shows to whoever has it; null where there is none, or none any more. Nothing in it names its owner. */
export async function findSharedConversation({ db }: Needs<'db'>, shareId: string): Promise<SharedConversation | null> {
  if (!shareIdPattern.test(shareId)) return null
  const result = await db.execute(sql`
    select s.title, s.messages, to_json(s.created_at) #>> '{}' as "createdAt" from shared_conversation s
    join conversation c on c.user_id = s.user_id and c.id = s.conversation_id
    where s.share_id = ${shareId} and c.deleted_at is null`)
  const [row] = rowsOf<SharedConversation>(result)
  return row ? { ...row, createdAt: new Date(row.createdAt).toISOString() } : null
}
