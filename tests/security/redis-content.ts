import type { Redis } from 'ioredis'

/** Everything that lies in a Redis, key by key: its name, and what it holds in every form in which it can be read. */
export async function* redisContent(redis: Redis): AsyncGenerator<{ key: string; content: string }> {
  for await (const keys of redis.scanStream({ count: 500 }) as AsyncIterable<string[]>) {
    const contents = await Promise.all(keys.map(async (key) => ({ key, content: await contentOf(redis, key) })))
    yield* contents
  }
}

/** The values, and the dump as it would be written to a disk (which compresses some). */
async function contentOf(redis: Redis, key: string): Promise<string> {
  const [dump, values] = await Promise.all([redis.dumpBuffer(key), valuesOf(redis, key)])
  return Buffer.concat([dump ?? Buffer.alloc(0), ...buffersIn(values)]).toString('latin1')
}

async function valuesOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key)
  switch (type) {
    case 'string':
      return redis.getBuffer(key)
    case 'hash':
      return redis.callBuffer('HGETALL', key)
    case 'set':
      return redis.smembersBuffer(key)
    case 'zset':
      return redis.zrangeBuffer(key, '0', '-1')
    case 'list':
      return redis.lrangeBuffer(key, 0, -1)
    case 'stream':
      return redis.callBuffer('XRANGE', key, '-', '+')
    case 'vectorset':
      return redis.callBuffer('VRANDMEMBER', key, '1000')
    case 'none':
      // It has ended meanwhile.
      return []
    default:
      throw new Error(`${key} is a ${type}, which nobody here can read`)
  }
}

const buffersIn = (value: unknown): Buffer[] =>
  Buffer.isBuffer(value) ? [value, Buffer.from('\n')] : Array.isArray(value) ? value.flatMap(buffersIn) : []

/** How a word may be written: as it is, in base64 at any place of a text, in hex, and as UTF-16. */
export function spellingsOf(word: string): string[] {
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.from(`${' '.repeat(shift)}${word}`)
      .toString('base64')
      // What depends on the neighbours of the word is left out.
      .slice(shift === 0 ? 0 : 4, -4),
  )
  const utf16 = Buffer.from(word, 'utf16le').toString('latin1')
  return [word, ...base64, Buffer.from(word).toString('hex'), utf16].map((spelling) => spelling.toLowerCase())
}
