/** Whoever can write to Redis can take a log away, and can make no reader see a word that is not of it. */
import { expect, test } from 'vitest'
import { testRedis } from '@/tests/services/test-redis'
import { keys, newLog, readAll, startLogProcess } from '@/tests/stream/log-process'
import { type LogAddress, logKey } from './event-log'
import { openEventWriter } from './open-event-writer'

const { redis, url } = await testRedis()

type Raw = { id: string; envelope: Buffer }

/** Puts a log of three entries and its end into Redis and hands back what lies there. */
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
  if (!entry) throw new Error(`there is no entry ${index}`)
  return entry
}
const flip = (envelope: Buffer, byte: number) => {
  const bent = Buffer.from(envelope)
  bent[byte] = (bent[byte] ?? 0) ^ 1
  return bent
}

test('a log put back as it was is read', async () => {
  const log = newLog()
  await rewrite(log, await writeRaw(log, 'mine'))
  expect(await readAll(await startLogProcess(url), log)).toMatchObject({
    events: ['mine 1', 'mine 2', 'mine 3'],
    last: 'end',
  })
})

test.each<[string, (mine: Raw[], foreign: Raw[]) => Raw[]]>([
  [
    'two entries change places',
    (mine) => [
      at(mine, 0),
      { ...at(mine, 1), envelope: at(mine, 2).envelope },
      { ...at(mine, 2), envelope: at(mine, 1).envelope },
    ],
  ],
  ['an entry comes twice', (mine) => [at(mine, 0), at(mine, 1), { id: '3-0', envelope: at(mine, 1).envelope }]],
  ['an entry is left out', (mine) => [at(mine, 0), at(mine, 2), at(mine, 3)]],
  ['the rest moves up', (mine) => [at(mine, 0), { id: '2-0', envelope: at(mine, 2).envelope }]],
  ['the beginning is missing', (mine) => mine.slice(1)],
  ['a bit flips in the text', (mine) => [at(mine, 0), { id: '2-0', envelope: flip(at(mine, 1).envelope, 25) }]],
  [
    'a bit flips in the tag',
    (mine) => [{ id: '1-0', envelope: flip(at(mine, 0).envelope, at(mine, 0).envelope.length - 1) }],
  ],
  ['an entry is cut', (mine) => [{ id: '1-0', envelope: at(mine, 0).envelope.subarray(0, 20) }]],
  ['a foreign entry comes in', (mine, foreign) => [at(mine, 0), at(foreign, 1)]],
  ['the whole log is foreign', (_, foreign) => foreign],
  ['an id is between two others', (mine) => [at(mine, 0), { id: '1-1', envelope: at(mine, 1).envelope }]],
  ['plain text lies there', () => [{ id: '1-0', envelope: Buffer.from('{"events":["forged"],"isLast":true}') }]],
  ['an early end is put in', (mine) => [at(mine, 0), { id: '2-0', envelope: at(mine, 3).envelope }]],
])('when %s, a reader is given nothing of it', async (_, forge) => {
  const [mine, foreign] = [newLog(), { ...newLog(), userId: 'eve' }]
  await rewrite(mine, forge(await writeRaw(mine, 'mine'), await writeRaw(foreign, 'foreign')))
  expect(await readAll(await startLogProcess(url), mine)).toMatchObject({ events: [], last: 'gone' })
})

test.each<[string, (key: string) => Promise<unknown>]>([
  ['of another type', (key) => redis.set(key, 'garbage')],
  ['with other fields', (key) => redis.xadd(key, '1-0', 'a', 'b', 'c', 'd')],
])('a value %s is no log', async (_, put) => {
  const log = newLog()
  await put(logKey(log))
  expect(await readAll(await startLogProcess(url), log)).toMatchObject({ events: [], last: 'gone' })
})
