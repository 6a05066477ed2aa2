import { createHash } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import type { Database } from '@/db/connect'
import { countRows } from '@/db/rows'
import { idempotencyKey } from '@/db/schema/idempotency-key'
import type { Needs, RequestContext } from '@/lib/context'
import { open, seal } from '@/lib/crypto/envelope'
import { AppError } from '@/lib/errors'

/**
 * The result of a creation. The body is stored as JSON. `sealed`: the body contains a secret and
 * must be stored encrypted.
 */
export type Created = { status: 200 | 201; body: object; sealed?: true }

/**
 * Runs `create`, but only once for each `Idempotency-Key`: a repeated request with the same key gets the stored
 * answer of the first one. The claim of the key, the creation and the answer are one transaction. Therefore a process
 * that dies leaves nothing behind, and a concurrent request with the same key waits for the first one at the row of
 * the key. `create` must write only through the context that it receives, because that one uses the transaction and
 * its connection. `request` identifies the request by route, parameters and parsed body. Throws
 * `idempotency_mismatch` if the key was used for another request, `invalid_request` if the key is malformed. If
 * `create` throws, the key stays free.
 */
export async function createOnce(
  context: RequestContext,
  headers: Headers,
  request: readonly unknown[],
  create: (context: RequestContext) => Promise<Created>,
): Promise<Response> {
  const key = readKey(headers)
  if (key === null) {
    const { status, body } = await create(context)
    return Response.json(body, { status })
  }
  const { userId } = context
  const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('base64url')
  const ownRow = and(eq(idempotencyKey.userId, userId), eq(idempotencyKey.key, key))
  return context.db.transaction(async (transaction) => {
    if (!(await claim(transaction, { userId, key, requestHash }))) {
      const [existing] = await transaction.select().from(idempotencyKey).where(ownRow)
      if (existing?.requestHash !== requestHash) throw new AppError('idempotency_mismatch')
      const body = openBody(context, key, existing.body)
      return Response.json(body, { status: existing.status, headers: { 'idempotency-replayed': 'true' } })
    }
    const { status, body, sealed } = await create({ ...context, db: transaction })
    const stored = { status, body: sealed ? sealBody(context, key, body) : body }
    // Postgres may reorder the fields of the JSON, so the stored body is returned here too. Every
    // repeated request must get the same one.
    const [saved] = await transaction.update(idempotencyKey).set(stored).where(ownRow).returning(answer)
    return Response.json(openBody(context, key, saved?.body), { status })
  })
}

const answer = Object.freeze({ body: idempotencyKey.body })

type Sealing = Pick<RequestContext, 'keys' | 'userId'>

const addressOf = ({ userId }: Sealing, key: string) => ({ userId, scope: 'idempotency-key', entryId: key })

const sealBody = (context: Sealing, key: string, body: object) => ({
  envelope: seal(context.keys, addressOf(context, key), JSON.stringify(body)).toString('base64'),
})

/** Returns the stored body, decrypted if it was sealed. Throws `internal` if the encryption key was removed since. */
function openBody(context: Sealing, key: string, stored: unknown): unknown {
  const isSealed = typeof stored === 'object' && stored !== null && 'envelope' in stored
  if (!isSealed || typeof stored.envelope !== 'string') return stored
  const body = open(context.keys, addressOf(context, key), Buffer.from(stored.envelope, 'base64'))
  if (body === null) throw new AppError('internal')
  return JSON.parse(body)
}

/** The status of a claimed key whose request is still running. No other transaction can read it. */
const unanswered = 0

/**
 * Claims a key. Returns false if it is already claimed. Waits for a concurrent transaction that claims the same key.
 */
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

/** Returns the `Idempotency-Key`, or null if the request has none. Throws `invalid_request` if it is malformed. */
function readKey(headers: Headers): string | null {
  const key = headers.get('idempotency-key')
  if (key === null || /^\P{Cc}{1,255}$/u.test(key)) return key
  const message = 'must be 1 to 255 characters without control characters'
  throw new AppError('invalid_request', { fields: [{ path: 'Idempotency-Key', message }] })
}

const keptHours = 24
const batchSize = 1000

/** Deletes the idempotency keys of all users that are older than a day, with their stored answers. */
export async function deleteOldIdempotencyKeys({ db }: Needs<'db'>): Promise<void> {
  const deleteBatch = () =>
    db.execute(sql`
      with old as (
        select user_id, key from idempotency_key
        where created_at < now() - make_interval(hours => ${keptHours})
        order by created_at limit ${batchSize}
      )
      delete from idempotency_key using old
      where idempotency_key.user_id = old.user_id and idempotency_key.key = old.key
      returning idempotency_key.key`)
  while (countRows(await deleteBatch()) === batchSize);
}
