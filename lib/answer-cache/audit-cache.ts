import type { Redis } from 'ioredis'
import { ledgerTotalsKey } from '@/lib/redis/keys'
import { readRecordedBytes } from '@/lib/semantic-cache/entry-counters'
import { familyOf, type KeyFamily, userOf } from './key-families'

export type AuditReport = {
  /** What must not be: a key that nobody owns, that never ends, or that holds what can be read. */
  findings: { key: string; complaint: string }[]
  families: Record<string, { keys: number; bytes: number }>
  /** What the keys of the answer cache take, and what its ledgers say of all servers together, where they lie here. */
  cacheBytes: number
  notedBytes: number | null
  users: number
  /** The most keys that one user has. */
  mostKeysOfUser: number
}

const keysPerScan = 500
/** The first byte of every envelope. */
const envelopeVersion = 1

/**
 * Walks all keys of one Redis server (of a cluster each of its primaries) without stopping it, and says of each whether
 * its name, its end and its value are as they must be. Reads names, lengths and first bytes; opens nothing.
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
  const keysOfUser = new Map<string, number>()
  let walked = 0
  for await (const keys of redis.scanStream({ match: 'gf:*', count: keysPerScan }) as AsyncIterable<string[]>) {
    for (const key of new Set(keys)) await auditKey(redis, key, report)
    for (const user of keys.flatMap((key) => userOf(key) ?? [])) keysOfUser.set(user, (keysOfUser.get(user) ?? 0) + 1)
    walked += keys.length
    onProgress(walked)
  }
  return { ...report, users: keysOfUser.size, mostKeysOfUser: Math.max(0, ...keysOfUser.values()) }
}

async function auditKey(redis: Redis, key: string, report: AuditReport): Promise<void> {
  const [ttl, bytes] = await Promise.all([redis.pttl(key), redis.memory('USAGE', key)])
  // It has ended meanwhile.
  if (ttl === -2) return
  const family = familyOf(key)
  const complain = (complaint: string) => report.findings.push({ key, complaint })
  if (!family) complain('its name says neither owner nor version that we know')
  if (ttl === -1) complain('it never ends')
  if (family && !(await holdsWhatItMust(redis, key, family))) complain('it holds something that is not sealed')
  if (family?.isCache) report.cacheBytes += bytes ?? 0
  if (key === ledgerTotalsKey) report.notedBytes = await readRecordedBytes(redis)
  const name = family?.name ?? 'unknown'
  const before = report.families[name] ?? { keys: 0, bytes: 0 }
  report.families[name] = { keys: before.keys + 1, bytes: before.bytes + (bytes ?? 0) }
}

async function holdsWhatItMust(redis: Redis, key: string, { holds }: KeyFamily): Promise<boolean> {
  switch (holds) {
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

/** A sealed entry of a log, or the mark of one that was given up. */
function isSealedEntry(entry: unknown): boolean {
  const [, fields]: unknown[] = Array.isArray(entry) ? entry : []
  const [name, value]: unknown[] = Array.isArray(fields) ? fields : []
  if (String(name) === 'broken') return true
  return Buffer.isBuffer(value) && value[0] === envelopeVersion
}
