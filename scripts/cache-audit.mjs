import { loadTypescript } from './cache/load-typescript.mjs'
import { openRedis, RedisProblem } from './cache/open-redis.mjs'
import { showProgress } from './cache/show-progress.mjs'

const usage = `npm run cache:audit [-- --json]

Walks all keys of Goldfish in Redis (REDIS_URL, or that of a Goldfish running from here) and reports every one without an
owner, a version or an end, and every value that should be sealed and is not. Ends with 1 if there is any. Says what the
answer cache takes, and what it thinks it takes (ANSWER_CACHE_MAX_BYTES goes by that).
Reads names, lengths and first bytes; opens nothing and changes nothing.
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
    process.stdout.write(`The answer cache takes ${kib(cacheBytes)}; its ledger says ${kib(notedBytes)}.\n`)
  if (reports.some(({ findings }) => findings.length > 0)) process.exitCode = 1
}

/** @param {import('../lib/answer-cache/audit-cache').AuditReport & { engine: string }} report */
function describe({ engine, families, users, mostKeysOfUser, findings }) {
  const lines = Object.entries(families)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { keys, bytes }]) => `${name.padEnd(24)}${String(keys).padStart(8)} keys${kib(bytes).padStart(12)}`)
  return [
    `Vectors of shared scopes: ${engine}. Users: ${users}, the most keys of one: ${mostKeysOfUser}.`,
    ...lines,
    findings.length === 0 ? 'Nothing found that must not be.' : `${findings.length} keys must not be as they are:`,
    ...findings.map(({ key, complaint }) => `  ${key}: ${complaint}`),
    '',
  ].join('\n')
}

function kib(/** @type {number} */ bytes) {
  return `${(bytes / 1024).toFixed(1)} KiB`
}
