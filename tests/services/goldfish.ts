/**
 * The whole product as deployed: processes of the production build behind a balancer without sticky sessions, with
 * their own database and Redis, and with a model stub that follows the test's directives. It is meant for tests over
 * HTTP and for tests that kill processes or break connections.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { startBalancer } from '@/scripts/launcher/balancer.mjs'
import { buildApp } from '@/scripts/launcher/build-app.mjs'
import { startModelStub } from '@/tests/model-stub/model-stub.mjs'
import { type AppInstance, startAppInstance } from './app-instance'
import { type FaultProxy, through } from './fault-proxy'
import { openSql, type Sql } from './open-sql'
import { startRecordingProxy } from './recording-proxy'
import { type RedisServer, startTestRedis } from './redis-server'
import { createDatabase } from './services'
import { createTripLog, type TripLog } from './trip-log'

export type GoldfishOptions = {
  /** The number of processes; 2 by default. */
  instances?: number
  /** Additional environment variables for the processes. */
  env?: Readonly<Record<string, string>>
}

export type Proxies = { postgres: FaultProxy; redis: FaultProxy; trips: TripLog }

export type Goldfish = {
  /** The public URL, which is the balancer's. */
  url: string
  instances: AppInstance[]
  stub: Awaited<ReturnType<typeof startModelStub>>
  /** Connections for assertions. They bypass every proxy. */
  sql: Sql
  redis: Redis
  databaseUrl: string
  redisServer: RedisServer
  /** The environment of every process, for starting more of them. */
  env: Readonly<Record<string, string>>
  stop: () => Promise<void>
}

/**
 * Starts everything; `stop` ends it. With `throughProxies`, the app reaches Postgres and Redis through recording
 * fault proxies that delay answers by `delayMs` (0 by default; use 15 to count sequential trips).
 */
export async function startGoldfish(
  options: GoldfishOptions & { throughProxies: true | { delayMs: number } },
): Promise<Goldfish & { proxies: Proxies }>
export async function startGoldfish(options?: GoldfishOptions): Promise<Goldfish>
export async function startGoldfish(
  options: GoldfishOptions & { throughProxies?: true | { delayMs: number } } = {},
): Promise<Goldfish & { proxies?: Proxies }> {
  await ensureBuild()
  const closers: (() => unknown)[] = []
  try {
    return await start(options, (close) => closers.unshift(close))
  } catch (error) {
    for (const close of closers) await close()
    throw error
  }
}

/**
 * Builds the app if its build is older than the sources. `npm test` builds once and sets the variable, so that all
 * its tests use the same build even if sources change meanwhile.
 */
async function ensureBuild(): Promise<void> {
  if (process.env.GOLDFISH_TEST_BUILT !== '1') await buildApp(join(import.meta.dirname, '..', '..'))
}

/**
 * Registers the closing of each resource with `later` as soon as it is started, so that a failed start must not
 * leave anything behind.
 */
async function start(
  {
    instances: count = 2,
    env: extraEnv,
    throughProxies,
  }: GoldfishOptions & { throughProxies?: true | { delayMs: number } },
  later: (close: () => unknown) => void,
): Promise<Goldfish & { proxies?: Proxies }> {
  const databaseUrl = await createDatabase()
  const redisServer = await startTestRedis()
  later(() => redisServer.stop())
  const stub = await startModelStub({ prefixCache: true })
  later(() => stub.stop())
  const delayMs = typeof throughProxies === 'object' ? throughProxies.delayMs : 0
  const proxies = throughProxies && (await startProxies(databaseUrl, redisServer.url, delayMs))
  if (proxies) later(() => Promise.all([proxies.postgres.stop(), proxies.redis.stop()]))

  // The processes need the public address before they start, and a port is reserved only while it is open. Therefore
  // the balancer starts first.
  const instances: AppInstance[] = []
  const balancer = await startBalancer({ port: 0, upstreams: () => instances, drainMs: 500 })
  later(() => balancer.stop())
  const { port } = balancer
  const url = `http://localhost:${port}`
  const env = {
    ...appEnvironment({ url, port, stubUrl: stub.url }),
    DATABASE_URL: proxies ? through(databaseUrl, proxies.postgres) : databaseUrl,
    REDIS_URL: proxies ? through(redisServer.url, proxies.redis) : redisServer.url,
    ...extraEnv,
  }
  const startInstance = async () => {
    const instance = await startAppInstance(env)
    later(() => instance.kill())
    return instance
  }
  const starts = await Promise.allSettled(Array.from({ length: count }, startInstance))
  const failed = starts.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
  instances.push(...starts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
  const directSql = openSql(databaseUrl)
  const redis = new Redis(redisServer.url)
  redis.on('error', () => undefined)

  return {
    url,
    instances,
    stub,
    sql: directSql.sql,
    redis,
    databaseUrl,
    redisServer,
    env,
    ...(proxies && { proxies }),
    stop: async () => {
      await Promise.all([balancer.stop(), ...instances.map((instance) => instance.kill())])
      redis.disconnect()
      await Promise.all([directSql.close(), stub.stop(), proxies?.postgres.stop(), proxies?.redis.stop()])
      await redisServer.stop()
    },
  }
}

function appEnvironment({ url, port, stubUrl }: { url: string; port: number; stubUrl: string }) {
  return {
    NODE_ENV: 'production',
    BETTER_AUTH_SECRET: randomBytes(32).toString('base64'),
    BETTER_AUTH_URL: url,
    TRUSTED_ORIGINS: `http://127.0.0.1:${port}`,
    TRUSTED_PROXY_HOPS: '1',
    OPENAI_BASE_URL: `${stubUrl}/v1`,
    CHAT_MODEL: 'stub-model',
    ANSWER_CACHE_KEYS: `test:${randomBytes(32).toString('base64')}`,
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'warn',
  }
}

async function startProxies(databaseUrl: string, redisUrl: string, delayMs: number): Promise<Proxies> {
  const trips = createTripLog()
  const [postgres, redis] = await Promise.all([
    startRecordingProxy({ store: 'postgres', upstream: addressOf(databaseUrl), trips, delayMs }),
    startRecordingProxy({ store: 'redis', upstream: addressOf(redisUrl), trips, delayMs }),
  ])
  return { postgres, redis, trips }
}

const addressOf = (url: string) => ({ host: new URL(url).hostname, port: Number(new URL(url).port) })
