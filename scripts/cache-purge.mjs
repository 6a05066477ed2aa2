import { loadTypescript } from './cache/load-typescript.mjs'
import { openRedis, RedisProblem } from './cache/open-redis.mjs'
import { showProgress } from './cache/show-progress.mjs'

const usage = `npm run cache:purge -- --yes

Drops all that the answer cache holds in Redis (REDIS_URL, or that of a Goldfish running from here), for all users: answers,
pointers, vectors, embeddings. Running turns, limits and counters stay. Nothing but speed is lost.
`

const args = process.argv.slice(2)
if (args.length === 1 && args[0] === '--yes') {
  await purge().catch((error) => {
    if (!(error instanceof RedisProblem)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  })
} else {
  const asked = args.includes('--help')
  process[asked ? 'stdout' : 'stderr'].write(usage)
  if (!asked) process.exitCode = 2
}

async function purge() {
  loadTypescript()
  const { purgeCache } = await import('@/lib/answer-cache/forget-answers')
  const { servers, close } = await openRedis()
  let dropped = 0
  for (const redis of servers) {
    const size = await redis.dbsize()
    const progress = showProgress('keys')
    dropped += await purgeCache(redis, (gone) => progress(Math.min(gone, size), size))
  }
  close()
  process.stdout.write(`${dropped} keys dropped.\n`)
}
