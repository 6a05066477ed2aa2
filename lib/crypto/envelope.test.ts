import { expect, test } from 'vitest'
import { type EnvelopeAddress, open, seal } from './envelope'
import { openKeyRing } from './key-ring'

const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })
const home: EnvelopeAddress = { userId: 'ada', scope: 'u:1:2', entryId: 'e1' }

test('gives back what was sealed, and never seals the same twice', () => {
  const text = 'Grüße, 世界 🐟'
  const [one, two] = [seal(keys, home, text), seal(keys, home, text)]
  expect(open(keys, home, one)).toBe(text)
  expect(one.equals(two)).toBe(false)
  expect(open(keys, home, seal(keys, home, ''))).toBe('')
})

test.each<Partial<EnvelopeAddress>>([{ userId: 'eve' }, { scope: 'u:1:3' }, { entryId: 'e2' }])(
  'opens nowhere else: %j',
  (elsewhere) => {
    expect(open(keys, { ...home, ...elsewhere }, seal(keys, home, 'text'))).toBeNull()
  },
)

test('stays shut when any of its bits is another', () => {
  const envelope = seal(keys, home, 'text')
  for (let bit = 0; bit < envelope.length * 8; bit += 1) {
    const bent = Buffer.from(envelope)
    bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(open(keys, home, bent)).toBeNull()
  }
})

test('stays shut at any other length', () => {
  const envelope = seal(keys, home, 'text')
  for (let length = 0; length < envelope.length; length += 1)
    expect(open(keys, home, envelope.subarray(0, length))).toBeNull()
  expect(open(keys, home, Buffer.concat([envelope, Buffer.alloc(1)]))).toBeNull()
})

test.each([Buffer.alloc(0), Buffer.from('plain text'), Buffer.alloc(100, 1), Buffer.from([1, 255])])(
  'takes nothing that is no envelope',
  (garbage) => {
    expect(open(keys, home, garbage)).toBeNull()
  },
)
