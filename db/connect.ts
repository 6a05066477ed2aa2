import { Pool as NeonPool } from '@neondatabase/serverless'
import { DrizzleQueryError } from 'drizzle-orm'
import { drizzle as drizzleNeon } from 'drizzle-orm/neon-serverless'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { Pool as PgPool, type PoolClient, type QueryConfig } from 'pg'
import * as auth from '@/db/schema/auth'
import { conversation } from '@/db/schema/conversation'
import { idempotencyKey } from '@/db/schema/idempotency-key'
import { message } from '@/db/schema/message'
import { preference } from '@/db/schema/preference'
import { rateLimit } from '@/db/schema/rate-limit'
import { todo } from '@/db/schema/todo'
import { usage } from '@/db/schema/usage'
import { lendClient, waitForClient } from './lend-client'

const schema = Object.freeze({ ...auth, conversation, idempotencyKey, message, preference, rateLimit, todo, usage })

/** The database as queries use it, with either driver. */
export type Database = PgDatabase<PgQueryResultHKT, typeof schema>

export type DatabaseDriver = 'pg' | 'neon'

export type DatabaseConnection = { db: Database; driver: DatabaseDriver; close: () => Promise<void> }

const connectMs = 2_000
/**
 * The time limit of a query or transaction, including the wait for a connection. It is measured on the client,
 * because a frozen server enforces nothing.
 */
const queryMs = 2_200
/**
 * How long a query may wait for a free connection, as a part of `queryMs`. A request runs the session query and then
 * its own queries: this wait and one whole query together must stay below the three seconds within which every
 * request is answered.
 */
const waitMs = 700

/**
 * Opens a pool. Connections are made only when the first query runs. Hosts under neon.tech use Neon's WebSocket
 * driver, all other URLs use plain `pg`. `onError` receives errors of idle connections; without a listener they
 * would end the process.
 */
export function connectDatabase(options: {
  url: string
  driver?: DatabaseDriver
  poolMax: number
  onError: (error: unknown) => void
}): DatabaseConnection {
  const driver = options.driver ?? driverFor(options.url)
  const config = {
    connectionString: options.url,
    max: options.poolMax,
    connectionTimeoutMillis: connectMs,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  }
  const pool = driver === 'neon' ? asPg(new NeonPool(config)) : new PgPool(config)
  addSafeguards(pool, options.onError)
  const open: (client: PgPool | PoolClient) => Database =
    driver === 'neon'
      ? (client) => drizzleNeon(client as unknown as NeonPool, { schema })
      : (client) => drizzlePg(client, { schema })
  return { db: withSafeTransactions(pool, open), driver, close: () => pool.end() }
}

/** Neon's pool extends the pool of `pg` with another socket. */
const asPg = (pool: NeonPool) => pool as unknown as PgPool

function addSafeguards(pool: PgPool, onError: (error: unknown) => void): void {
  pool.on('error', onError)
  // If a borrowed connection breaks, its query rejects. The client must still have a listener, because otherwise the
  // error would be an uncaught exception.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const query = (...query: [QueryConfig, unknown[]?]) =>
    lendClient<PoolClient, unknown>(
      () => checkOut(pool),
      queryMs,
      (client) => client.query(...query),
    )
  Object.assign(pool, { query })
}

function checkOut(pool: PgPool): Promise<PoolClient> {
  const isFull = pool.waitingCount >= pool.idleCount + pool.options.max - pool.totalCount
  return isFull ? waitForClient(pool.connect(), waitMs) : pool.connect()
}

/**
 * Replaces drizzle's own transaction, which does not release its connection if `begin` fails. While the server is
 * frozen, ten such failures would exhaust the pool.
 */
function withSafeTransactions(pool: PgPool, open: (client: PgPool | PoolClient) => Database): Database {
  // Drizzle wraps every failed query in this error, so a failure to connect must look the same.
  const connect = () =>
    checkOut(pool).catch((cause: Error) => {
      throw new DrizzleQueryError('begin', [], cause)
    })
  const transaction: Database['transaction'] = (work, config) =>
    lendClient(connect, queryMs, (client) => open(client).transaction(work, config))
  return Object.assign(open(pool), { transaction })
}

function driverFor(url: string): DatabaseDriver {
  return /(^|\.)neon\.(tech|com)$/.test(new URL(url).hostname) ? 'neon' : 'pg'
}
