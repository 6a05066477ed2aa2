import { Pool as NeonPool } from '@neondatabase/serverless'
import { drizzle as drizzleNeon } from 'drizzle-orm/neon-serverless'
import { drizzle as drizzlePg } from 'drizzle-orm/node-postgres'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { Pool as PgPool } from 'pg'
import * as auth from '@/db/schema/auth'
import { conversation } from '@/db/schema/conversation'
import { message } from '@/db/schema/message'
import { preference } from '@/db/schema/preference'
import { rateLimit } from '@/db/schema/rate-limit'
import { usage } from '@/db/schema/usage'

const schema = Object.freeze({ ...auth, conversation, message, preference, rateLimit, usage })

/** What queries are written against: the same over both drivers. */
export type Database = PgDatabase<PgQueryResultHKT, typeof schema>

export type DatabaseDriver = 'pg' | 'neon'

export type DatabaseConnection = { db: Database; driver: DatabaseDriver; close: () => Promise<void> }

/**
 * Opens a pool; nothing connects before the first query. Hosts under neon.tech get Neon's WebSocket driver, every other
 * URL plain `pg`. Timeouts are the client's own, because a frozen server enforces none: 2 s to connect, 3 s for a query
 * (`design/invariants.md` §2). `onError` hears of idle connections that broke; without it they would end the process.
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
    connectionTimeoutMillis: 2000,
    query_timeout: 3000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  }
  if (driver === 'neon') {
    const client = new NeonPool(config)
    client.on('error', options.onError)
    return { db: drizzleNeon({ client, schema }), driver, close: () => client.end() }
  }
  const client = new PgPool(config)
  client.on('error', options.onError)
  return { db: drizzlePg({ client, schema }), driver, close: () => client.end() }
}

function driverFor(url: string): DatabaseDriver {
  return /(^|\.)neon\.(tech|com)$/.test(new URL(url).hostname) ? 'neon' : 'pg'
}
