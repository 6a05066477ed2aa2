import type { Redis } from 'ioredis'
import { ledgerTotalsKey } from '@/lib/redis/keys'
import { readRecordedBytes } from '@/lib/semantic-cache/entry-counters'
import { familyOf, type KeyFamily, userHashFromKey } from './key-families'

export type AuditReport = {
  /** Keys with an unknown name, without a TTL, or with an unencrypted value. */
  findings: { key: string; complaint: string }[]
  families: Record<string, { keys: number; bytes: number }>
  /** The memory used by the keys of the answer cache on this server. */
  cacheBytes: number
  /** The size of the cache on all servers as recorded in the ledgers; null if this server does not hold the ledgers. */
  notedBytes: number | null
  users: number
  /** The largest number of keys of one user. */
  mostKeysOfUser: number
}

const keysPerScan = 500
/** The first byte of every envelope. */
const envelopeVersion = 1

/**
 * Scans all keys of one Redis server and checks their names, TTLs and values. On a cluster it must be called for each
 * primary. Reads names, sizes and first bytes only, decrypts nothing, and does not block the server.
 */
export async function auditCache(
  redis: Redis,
  onProgress: (keys: number) => void = () => undefined,
): Promise<AuditReport> {
  const report: AuditReport = {
    findings: [],
    families: {},
    cacheBytes: 0,
    notedBytes: null,
    users: 0,
    mostKeysOfUser: 0,
  }
  const keyCounts = new Map<string, number>()
  let walked = 0
  for await (const keys of redis.scanStream({ match: 'gf:*', count: keysPerScan }) as AsyncIterable<string[]>) {
    for (const key of new Set(keys)) await auditKey(redis, key, report)
    for (const user of keys.flatMap((key) => userHashFromKey(key) ?? []))
      keyCounts.set(user, (keyCounts.get(user) ?? 0) + 1)
    walked += keys.length
    onProgress(walked)
  }
  return { ...report, users: keyCounts.size, mostKeysOfUser: Math.max(0, ...keyCounts.values()) }
}

async function auditKey(redis: Redis, key: string, report: AuditReport): Promise<void> {
  const [ttl, bytes] = await Promise.all([redis.pttl(key), redis.memory('USAGE', key)])
  // The key has expired since it was scanned.
  if (ttl === -2) return
  const family = familyOf(key)
  const addFinding = (complaint: string) => report.findings.push({ key, complaint })
  if (!family) addFinding('the key has an unknown name or version')
  if (ttl === -1) addFinding('the key has no TTL')
  if (family && !(await hasExpectedContent(redis, key, family))) addFinding('the value is not encrypted')
  if (family?.isCache) report.cacheBytes += bytes ?? 0
  if (key === ledgerTotalsKey) report.notedBytes = await readRecordedBytes(redis)
  const name = family?.name ?? 'unknown'
  const before = report.families[name] ?? { keys: 0, bytes: 0 }
  report.families[name] = { keys: before.keys + 1, bytes: before.bytes + (bytes ?? 0) }
}

async function hasExpectedContent(redis: Redis, key: string, { content }: KeyFamily): Promise<boolean> {
  switch (content) {
    case 'envelope': {
      const start = await redis.getrangeBuffer(key, 0, 0).catch(() => null)
      return start?.[0] === envelopeVersion
    }
    case 'sealed stream': {
      const entries = (await redis.callBuffer('XRANGE', key, '-', '+', 'COUNT', 5).catch(() => [])) as unknown[]
      return entries.every((entry) => isSealedEntry(entry))
    }
    case 'hashes':
    case 'numbers':
      return true
  }
}

/** Returns whether a stream entry is encrypted or the marker of an invalidated log. */
function isSealedEntry(entry: unknown): boolean {
  const [, fields]: unknown[] = Array.isArray(entry) ? entry : []
  const [name, value]: unknown[] = Array.isArray(fields) ? fields : []
  if (String(name) === 'broken') return true
  return Buffer.isBuffer(value) && value[0] === envelopeVersion
}
