/**
 * An attacker with write access to Redis can destroy a log, but must not be able to make a
 * reader accept forged events.
 */
import { expect, test } from 'vitest'
import { testRedis } from '@/tests/services/test-redis'
import { keys, newLog, readAll, startLogProcess } from '@/tests/stream/log-process'
import { type LogAddress, logKey } from './event-log'
import { openEventWriter } from './open-event-writer'

const { redis, url } = await testRedis()

type Raw = { id: string; envelope: Buffer }

/** Writes a log of three entries and an end entry, and returns the raw entries. */
async function writeRaw(log: LogAddress, word: string): Promise<Raw[]> {
  const { redis: mine } = await startLogProcess(url)
  const writer = openEventWriter(mine, keys, log, { coalesceMs: 0 })
  for (const number of [1, 2, 3]) {
    writer.write(`${word} ${number}`)
    await expect.poll(() => redis.xlen(logKey(log)), { interval: 1 }).toBe(number)
  }
  await writer.end()
  const stored = await redis.xrangeBuffer(logKey(log), '-', '+')
  return stored.map(([id, [, envelope = Buffer.alloc(0)]]) => ({ id: id.toString(), envelope }))
}

async function rewrite(log: LogAddress, raw: readonly Raw[]): Promise<void> {
  await redis.del(logKey(log))
  for (const { id, envelope } of raw) await redis.xadd(logKey(log), id, 'e', envelope)
}

const at = (raw: readonly Raw[], index: number): Raw => {
  const entry = raw[index]
  if (!entry) throw new Error(`no entry ${index}`)
  return entry
}
const flip = (envelope: Buffer, byte: number) => {
  const changed = Buffer.from(envelope)
  changed[byte] = (changed[byte] ?? 0) ^ 1
  return changed
}

test('followEvents reads a log that was copied back unchanged', async () => {
  const log = newLog()
  await rewrite(log, await writeRaw(log, 'mine'))
  expect(await readAll(await startLogProcess(url), log)).toMatchObject({
    events: ['mine 1', 'mine 2', 'mine 3'],
    last: 'end',
  })
})

test.each<[string, (mine: Raw[], foreign: Raw[]) => Raw[]]>([
  [
    'two entries are swapped',
    (mine) => [
      at(mine, 0),
      { ...at(mine, 1), envelope: at(mine, 2).envelope },
      { ...at(mine, 2), envelope: at(mine, 1).envelope },
    ],
  ],
  ['an entry is repeated', (mine) => [at(mine, 0), at(mine, 1), { id: '3-0', envelope: at(mine, 1).envelope }]],
  ['an entry is missing', (mine) => [at(mine, 0), at(mine, 2), at(mine, 3)]],
  [
    'an entry is missing and the next one is renumbered',
    (mine) => [at(mine, 0), { id: '2-0', envelope: at(mine, 2).envelope }],
  ],
  ['the first entry is missing', (mine) => mine.slice(1)],
  [
    'a bit of the ciphertext is flipped',
    (mine) => [at(mine, 0), { id: '2-0', envelope: flip(at(mine, 1).envelope, 25) }],
  ],
  [
    'a bit of the authentication tag is flipped',
    (mine) => [{ id: '1-0', envelope: flip(at(mine, 0).envelope, at(mine, 0).envelope.length - 1) }],
  ],
  ['an entry is truncated', (mine) => [{ id: '1-0', envelope: at(mine, 0).envelope.subarray(0, 20) }]],
  ['an entry of another log is inserted', (mine, foreign) => [at(mine, 0), at(foreign, 1)]],
  ['all entries belong to another log', (_, foreign) => foreign],
  ['an entry id has an unexpected format', (mine) => [at(mine, 0), { id: '1-1', envelope: at(mine, 1).envelope }]],
  ['an entry is not encrypted', () => [{ id: '1-0', envelope: Buffer.from('{"events":["forged"],"isLast":true}') }]],
  ['the end entry is moved forward', (mine) => [at(mine, 0), { id: '2-0', envelope: at(mine, 3).envelope }]],
])('followEvents yields only `gone` if %s', async (_, forge) => {
  const [mine, foreign] = [newLog(), { ...newLog(), userId: 'eve' }]
  await rewrite(mine, forge(await writeRaw(mine, 'mine'), await writeRaw(foreign, 'foreign')))
  expect(await readAll(await startLogProcess(url), mine)).toMatchObject({ events: [], last: 'gone' })
})

test.each<[string, (key: string) => Promise<unknown>]>([
  ['has another type', (key) => redis.set(key, 'garbage')],
  ['has other fields', (key) => redis.xadd(key, '1-0', 'a', 'b', 'c', 'd')],
])('followEvents yields only `gone` if the value under the log key %s', async (_, put) => {
  const log = newLog()
  await put(logKey(log))
  expect(await readAll(await startLogProcess(url), log)).toMatchObject({ events: [], last: 'gone' })
})
