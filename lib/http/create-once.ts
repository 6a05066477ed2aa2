import { createHash } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '@/db/connect'
import { rowsOf } from '@/db/rows'
import { idempotencyKey } from '@/db/schema/idempotency-key'
import type { Needs, RequestContext } from '@/lib/context'
import { open, seal } from '@/lib/crypto/envelope'
import { AppError } from '@/lib/errors'

/** The result of a creation; the body is stored as JSON. `sealed`: it contains a secret and is stored encrypted. */
export type Created = { status: 200 | 201; body: object; sealed?: true }

/**
 * Creates, and under an `Idempotency-Key` does so once: the same request under the same key is answered as the first one
 * was. Claim, creation and answer are one transaction, so a process that dies leaves nothing of either, and of two at
 * the same time the second waits for the first at the key's row. `create` must write by the context it is handed and by
 * no other: that one is the transaction's, and holds its only connection. `request` says what is asked (route,
 * parameters, body as parsed): something else under the same key throws `idempotency_mismatch`, a key that is none
 * `invalid_request`. What `create` throws leaves the key free.
 */
export async function createOnce(
  context: RequestContext,
  headers: Headers,
  request: readonly unknown[],
  create: (context: RequestContext) => Promise<Created>,
): Promise<Response> {
  const key = keyOf(headers)
  if (key === null) {
    const { status, body } = await create(context)
    return Response.json(body, { status })
  }
  const { userId } = context
  const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('base64url')
  const mine = and(eq(idempotencyKey.userId, userId), eq(idempotencyKey.key, key))
  return context.db.transaction(async (transaction) => {
    if (!(await claim(transaction, { userId, key, requestHash }))) {
      const [first] = await transaction.select().from(idempotencyKey).where(mine)
      if (first?.requestHash !== requestHash) throw new AppError('idempotency_mismatch')
      const body = openBody(context, key, first.body)
      return Response.json(body, { status: first.status, headers: { 'idempotency-replayed': 'true' } })
    }
    const { status, body, sealed } = await create({ ...context, db: transaction })
    const stored = { status, body: sealed ? sealBody(context, key, body) : body }
    // What comes back is what every repeat gets, down to the order of the fields.
    const [kept] = await transaction.update(idempotencyKey).set(stored).where(mine).returning(answer)
    return Response.json(openBody(context, key, kept?.body), { status })
  })
}

const answer = Object.freeze({ body: idempotencyKey.body })

type Sealing = Pick<RequestContext, 'keys' | 'userId'>

const addressOf = ({ userId }: Sealing, key: string) => ({ userId, scope: 'idempotency-key', entryId: key })

const sealBody = (context: Sealing, key: string, body: object) => ({
  envelope: seal(context.keys, addressOf(context, key), JSON.stringify(body)).toString('base64'),
})

/** The stored body, decrypted if it was sealed. Throws `internal` if the encryption key has been removed since. */
function openBody(context: Sealing, key: string, stored: unknown): unknown {
  const isSealed = typeof stored === 'object' && stored !== null && 'envelope' in stored
  if (!isSealed || typeof stored.envelope !== 'string') return stored
  const body = open(context.keys, addressOf(context, key), Buffer.from(stored.envelope, 'base64'))
  if (body === null) throw new AppError('internal')
  return JSON.parse(body)
}

/** Of a claim whose request has not been answered yet; no other transaction ever sees it. */
const unanswered = 0

/** False: somebody has this key. Waits for whoever is about to have it. */
async function claim(
  db: Database,
  row: Pick<typeof idempotencyKey.$inferInsert, 'userId' | 'key' | 'requestHash'>,
): Promise<boolean> {
  const claimed = await db
    .insert(idempotencyKey)
    .values({ ...row, status: unanswered })
    .onConflictDoNothing()
    .returning({ key: idempotencyKey.key })
  return claimed.length === 1
}

/** Null: the request names none. */
function keyOf(headers: Headers): string | null {
  const key = headers.get('idempotency-key')
  if (key === null || /^\P{Cc}{1,255}$/u.test(key)) return key
  const message = 'must be 1 to 255 characters without control characters'
  throw new AppError('invalid_request', { fields: [{ path: 'Idempotency-Key', message }] })
}

const keptHours = 24
const rowsAtATime = 1000

/** Forgets what was answered under an `Idempotency-Key` more than a day ago, of everybody. */
export async function forgetOldKeys({ db }: Needs<'db'>): Promise<void> {
  const forget = () =>
    db.execute(sql`
      with old as (
        select user_id, key from idempotency_key
        where created_at < now() - make_interval(hours => ${keptHours})
        order by created_at limit ${rowsAtATime}
      )
      delete from idempotency_key using old
      where idempotency_key.user_id = old.user_id and idempotency_key.key = old.key
      returning idempotency_key.key`)
  while (rowsOf(await forget()).length === rowsAtATime);
}
