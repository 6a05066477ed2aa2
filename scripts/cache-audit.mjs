import { loadTypescript } from './cache/load-typescript.mjs'
import { openRedis, RedisProblem } from './cache/open-redis.mjs'
import { showProgress } from './cache/show-progress.mjs'

const usage = `npm run cache:audit [-- --json]

Walks all Goldfish keys in Redis (REDIS_URL, or the Redis of a Goldfish that was started in this folder). Reports each key
that has no owner, no version or no expiry, and each value that should be encrypted but is not. Also prints how many bytes the
answer cache uses, and how many its ledger records (ANSWER_CACHE_MAX_BYTES limits the recorded number).
Reads only names, lengths and first bytes. Decrypts nothing and changes nothing. Exits with 1 if a key is reported.
`

const args = process.argv.slice(2)
if (args.includes('--help')) {
  process.stdout.write(usage)
} else if (args.some((arg) => arg !== '--json')) {
  process.stderr.write(usage)
  process.exitCode = 2
} else {
  await audit().catch((error) => {
    if (!(error instanceof RedisProblem)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  })
}

async function audit() {
  loadTypescript()
  const [{ auditCache }, { findEngine }] = await Promise.all([
    import('../lib/answer-cache/audit-cache'),
    import('@/lib/semantic-cache/vector-index'),
  ])
  const { servers, close } = await openRedis()
  const reports = []
  for (const redis of servers) {
    const size = await redis.dbsize()
    const progress = showProgress('keys')
    const engine = await findEngine(redis)
    reports.push({ engine, ...(await auditCache(redis, (walked) => progress(Math.min(walked, size), size))) })
  }
  close()
  const cacheBytes = reports.reduce((sum, report) => sum + report.cacheBytes, 0)
  const notedBytes = reports.reduce((sum, report) => sum + (report.notedBytes ?? 0), 0)
  if (args.includes('--json')) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`)
  else for (const report of reports) process.stdout.write(describe(report))
  if (!args.includes('--json'))
    process.stdout.write(`The answer cache uses ${kib(cacheBytes)}; its ledger records ${kib(notedBytes)}.\n`)
  if (reports.some(({ findings }) => findings.length > 0)) process.exitCode = 1
}

/** @param {import('../lib/answer-cache/audit-cache').AuditReport & { engine: string }} report */
function describe({ engine, families, users, mostKeysOfUser, findings }) {
  const lines = Object.entries(families)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { keys, bytes }]) => `${name.padEnd(24)}${String(keys).padStart(8)} keys${kib(bytes).padStart(12)}`)
  return [
    `Vectors of shared scopes: ${engine}. Users: ${users}; most keys of one user: ${mostKeysOfUser}.`,
    ...lines,
    findings.length === 0 ? 'No problems found.' : `${findings.length} keys have problems:`,
    ...findings.map(({ key, complaint }) => `  ${key}: ${complaint}`),
    '',
  ].join('\n')
}

function kib(/** @type {number} */ bytes) {
  return `${(bytes / 1024).toFixed(1)} KiB`
}
