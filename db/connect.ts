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

/** What queries are written against: the same over both drivers. */
export type Database = PgDatabase<PgQueryResultHKT, typeof schema>

export type DatabaseDriver = 'pg' | 'neon'

export type DatabaseConnection = { db: Database; driver: DatabaseDriver; close: () => Promise<void> }

const connectMs = 2_000
/**
 * What a query or a transaction may take, its wait for a connection included. By the client's own clock, because a frozen
 * server enforces nothing.
 */
const queryMs = 2_200
/**
 * The part of that time for which a query may wait for a free connection. A request looks up its caller and then does its
 * work: this wait and a whole query together stay below the three seconds within which every request is answered.
 */
const waitMs = 700

/**
 * Opens a pool; nothing connects before the first query. Hosts under neon.tech get Neon's WebSocket driver, every other
 * URL plain `pg`. `onError` hears of idle connections that broke; without it they would end the process.
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
  guardPool(pool, options.onError)
  const open: (client: PgPool | PoolClient) => Database =
    driver === 'neon'
      ? (client) => drizzleNeon(client as unknown as NeonPool, { schema })
      : (client) => drizzlePg(client, { schema })
  return { db: withOwnTransactions(pool, open), driver, close: () => pool.end() }
}

/** Neon's pool is `pg`'s own with another socket. */
const asPg = (pool: NeonPool) => pool as unknown as PgPool

function guardPool(pool: PgPool, onError: (error: unknown) => void): void {
  pool.on('error', onError)
  // Whoever has borrowed a connection that breaks hears of it from their query. It must have a listener all the same, or
  // it would be an uncaught exception.
  pool.on('connect', (client) => client.on('error', () => undefined))
  const query = (...query: [QueryConfig, unknown[]?]) =>
    lendClient<PoolClient, unknown>(
      () => connectSoon(pool),
      queryMs,
      (client) => client.query(...query),
    )
  Object.assign(pool, { query })
}

function connectSoon(pool: PgPool): Promise<PoolClient> {
  const isFull = pool.waitingCount >= pool.idleCount + pool.options.max - pool.totalCount
  return isFull ? waitForClient(pool.connect(), waitMs) : pool.connect()
}

/**
 * drizzle's own transaction never gives its connection back when `begin` fails: ten of those while the server is frozen,
 * and this process would have none left.
 */
function withOwnTransactions(pool: PgPool, open: (client: PgPool | PoolClient) => Database): Database {
  // As drizzle says it of every other query that did not get through.
  const connect = () =>
    connectSoon(pool).catch((cause: Error) => {
      throw new DrizzleQueryError('begin', [], cause)
    })
  const transaction: Database['transaction'] = (work, config) =>
    lendClient(connect, queryMs, (client) => open(client).transaction(work, config))
  return Object.assign(open(pool), { transaction })
}

function driverFor(url: string): DatabaseDriver {
  return /(^|\.)neon\.(tech|com)$/.test(new URL(url).hostname) ? 'neon' : 'pg'
}
