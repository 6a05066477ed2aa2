import { loadTypescript } from './cache/load-typescript.mjs'
import { openRedis, RedisProblem } from './cache/open-redis.mjs'
import { showProgress } from './cache/show-progress.mjs'

const usage = `npm run cache:purge -- --yes

Deletes everything that the answer cache stores in Redis (REDIS_URL, or the Redis of a Goldfish that was started in this folder),
for all users: answers, pointers, vectors and embeddings. Running turns, rate limits and counters are kept. The next answers will
be slower; nothing else is lost.
`

const args = process.argv.slice(2)
if (args.length === 1 && args[0] === '--yes') {
  await purge().catch((error) => {
    if (!(error instanceof RedisProblem)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 2
  })
} else {
  const isHelp = args.includes('--help')
  process[isHelp ? 'stdout' : 'stderr'].write(usage)
  if (!isHelp) process.exitCode = 2
}

async function purge() {
  loadTypescript()
  const { purgeCache } = await import('@/lib/answer-cache/forget-answers')
  const { servers, close } = await openRedis()
  let dropped = 0
  for (const redis of servers) {
    const size = await redis.dbsize()
    const progress = showProgress('keys')
    dropped += await purgeCache(redis, (count) => progress(Math.min(count, size), size))
  }
  close()
  process.stdout.write(`${dropped} keys deleted.\n`)
}
