import type { Redis } from 'ioredis'

/** Yields each key of a Redis with its content in all forms in which it could be read. */
export async function* redisContent(redis: Redis): AsyncGenerator<{ key: string; content: string }> {
  for await (const keys of redis.scanStream({ count: 500 }) as AsyncIterable<string[]>) {
    const contents = await Promise.all(keys.map(async (key) => ({ key, content: await contentOf(redis, key) })))
    yield* contents
  }
}

/** Returns the values of a key, and its dump as it would be written to a disk, where some values are compressed. */
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
      // The key has expired or was deleted since the scan.
      return []
    default:
      throw new Error(`${key} is a ${type}, which this test cannot read`)
  }
}

const buffersIn = (value: unknown): Buffer[] =>
  Buffer.isBuffer(value) ? [value, Buffer.from('\n')] : Array.isArray(value) ? value.flatMap(buffersIn) : []

/** Returns the encodings in which a word may be stored: plain, base64 at any offset, hexadecimal, and UTF-16. */
export function spellingsOf(word: string): string[] {
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.from(`${' '.repeat(shift)}${word}`)
      .toString('base64')
      // The first and last base64 groups depend on the text around the word and must be removed.
      .slice(shift === 0 ? 0 : 4, -4),
  )
  const utf16 = Buffer.from(word, 'utf16le').toString('latin1')
  return [word, ...base64, Buffer.from(word).toString('hex'), utf16].map((spelling) => spelling.toLowerCase())
}
