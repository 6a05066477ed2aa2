import { expect, test } from 'vitest'
import { type EnvelopeAddress, open, seal } from './envelope'
import { openKeyRing } from './key-ring'

const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })
const address: EnvelopeAddress = { userId: 'ada', scope: 'u:1:2', entryId: 'e1' }

test('opens a sealed text, and never creates the same envelope twice', () => {
  const text = 'Grüße, 世界 🐟'
  const [one, two] = [seal(keys, address, text), seal(keys, address, text)]
  expect(open(keys, address, one)).toBe(text)
  expect(one.equals(two)).toBe(false)
  expect(open(keys, address, seal(keys, address, ''))).toBe('')
})

test.each<Partial<EnvelopeAddress>>([{ userId: 'eve' }, { scope: 'u:1:3' }, { entryId: 'e2' }])(
  'does not open at another address: %j',
  (other) => {
    expect(open(keys, { ...address, ...other }, seal(keys, address, 'text'))).toBeNull()
  },
)

test('does not open if any single bit is changed', () => {
  const envelope = seal(keys, address, 'text')
  for (let bit = 0; bit < envelope.length * 8; bit += 1) {
    const tampered = Buffer.from(envelope)
    tampered[bit >> 3] = (tampered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect(open(keys, address, tampered)).toBeNull()
  }
})

test('does not open if it is truncated or extended', () => {
  const envelope = seal(keys, address, 'text')
  for (let length = 0; length < envelope.length; length += 1)
    expect(open(keys, address, envelope.subarray(0, length))).toBeNull()
  expect(open(keys, address, Buffer.concat([envelope, Buffer.alloc(1)]))).toBeNull()
})

test.each([Buffer.alloc(0), Buffer.from('plain text'), Buffer.alloc(100, 1), Buffer.from([1, 255])])(
  'rejects bytes that are not an envelope',
  (garbage) => {
    expect(open(keys, address, garbage)).toBeNull()
  },
)
