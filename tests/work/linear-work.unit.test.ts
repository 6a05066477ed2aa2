/**
 * The work for hostile texts must grow linearly with their size
 * (docs/decisions/0027-heavy-work-in-worker-threads.md).
 */
import { expect, test } from 'vitest'
import { prepareImport } from '@/lib/actions/prepare-import'
import { isPersonal, isTimeDependent } from '@/lib/answer-cache/cacheable-turn'
import { oneLineName } from '@/lib/contract/name'
import { titleOf } from '@/lib/conversation/first-title'
import { makeSnippet } from '@/lib/conversation/search-conversations'
import { queryWords, taggedWords } from '@/lib/conversation/search-words'
import { cleanTitle } from '@/lib/conversation/title-conversation'
import { type JsonItem, readJsonItems } from '@/lib/http/read-json-items'
import type { UserId } from '@/lib/ids'
import { offlineTitle } from '@/lib/model/offline-model/offline-model'
import { splitReasoning } from '@/lib/model/split-reasoning'
import { normalizeText } from '@/lib/normalize-text'
import { lexicalKey } from '@/lib/question-match/lexical-key'
import { matchGuard } from '@/lib/question-match/match-guard'
import { normalizeQuestion } from '@/lib/question-match/normalize-question'
import { hostileImports } from '@/tests/integration/hostile-imports'
import { countWork } from './count-work'

const sizes = [8, 16, 32, 64].map((kibibytes) => kibibytes * 1024)

/** When the input doubles, the work may grow by this factor. Quadratic work would grow by a factor of four. */
async function expectLinear(work: (size: number) => () => unknown) {
  const counts: number[] = []
  for (const size of sizes) counts.push(await countWork(work(size)))
  for (const [index, count] of counts.entries())
    if (index > 0) expect(count, counts.join()).toBeLessThanOrEqual((counts[index - 1] ?? 0) * 2.8 + 1000)
}

const limits = { bodyBytes: 50_000_000, itemCharacters: 16_000_000, itemValues: 1_000_000 }

async function readItems(text: string): Promise<JsonItem[]> {
  const bytes = new TextEncoder().encode(text)
  const content = new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (let from = 0; from < bytes.length; from += 4096) controller.enqueue(bytes.subarray(from, from + 4096))
      controller.close()
    },
  })
  const items: JsonItem[] = []
  const body = { type: 'application/json', declaredBytes: 0, content, list: 'conversations' }
  for await (const item of readJsonItems(body, limits)) items.push(item)
  return items
}

test.each(hostileImports)('reads a file that has $name with linear work', async ({ body }) => {
  await expectLinear((size) => {
    const text = body(size)
    return () => readItems(text).catch(() => undefined)
  })
})

test.each(hostileImports.filter(({ expected }) => !('status' in expected)))(
  'parses a conversation that has $name with linear work',
  async ({ body }) => {
    const texts = new Map<number, string>()
    for (const size of sizes) {
      const [item] = await readItems(body(size))
      texts.set(size, item && 'text' in item ? item.text : '')
    }
    await expectLinear((size) => () => prepareImport({ text: texts.get(size) ?? '', ids: 'new' }))
  },
)

const hostileTexts = [
  '"',
  '“',
  '\'"',
  '*',
  '** ',
  '**a ',
  '`a',
  '# ',
  ' ',
  '\n',
  'a ',
  'a',
  '\u0316\u0301',
  '\u064b\u0650',
  '\uff9e\u0316',
  'e\u0316\u0301',
  '東京',
  '👍🏽',
  '👩\u200d',
  '\ufdfa',
  '#$%',
  '\ud83d',
]

test.each(hostileTexts)('makes a title from %j repeated with linear work', async (unit) => {
  await expectLinear((size) => {
    const text = `"${unit.repeat(size / unit.length)}x`
    return () => [cleanTitle(text), titleOf(text)]
  })
})

test.each(hostileTexts)('finds the words and the snippet of %j repeated with linear work', async (unit) => {
  const words = queryWords('goldfish')
  await expectLinear((size) => {
    const text = `a${unit.repeat(size / unit.length)} goldfish`
    return () => [taggedWords('ada' as UserId, text), makeSnippet(text, words)]
  })
})

test('cleanTitle reads only the beginning of a text', async () => {
  const count = async (size: number) => countWork(() => cleanTitle('"'.repeat(size)))
  expect(await count(65_536)).toBe(await count(8192))
})

test.each(hostileTexts)('computes the keys of a question made of %j with linear work', async (unit) => {
  await expectLinear((size) => {
    const text = `what is the ${unit.repeat(size / unit.length)}x`
    return () => [normalizeQuestion(text), lexicalKey(text), isTimeDependent(text), isPersonal(text)]
  })
})

test.each(hostileTexts)('normalizes a text made of %j with linear work', async (unit) => {
  await expectLinear((size) => {
    const text = unit.repeat(size / unit.length)
    return () => [normalizeText(text, 'NFC'), normalizeText(text, 'NFKC'), normalizeText(text, 'NFKD')]
  })
})

test.each([
  ['the match guard', (text: string) => matchGuard(text, text)],
  ['the name schema', (text: string) => oneLineName.safeParse(text)],
  ['the built-in title', (text: string) => offlineTitle(text)],
])('%s only reads the beginning of a text that is too long', async (_, read) => {
  const count = async (size: number) => countWork(() => read('a\u0316\u0301?'.repeat(size / 4)))
  // The first call of all compiles the schemas, so it must not be counted.
  await count(4096)
  expect((await count(65_536)) - (await count(8192))).toBeLessThanOrEqual(65_536 - 8192)
})

test('bounds the length of a question after folding, which can turn one character into 18', () => {
  const question = 'what is the \ufdfa '.repeat(28)
  expect(question.length).toBeLessThanOrEqual(400)
  expect(matchGuard(question, question)).toMatchObject({ match: false, rule: 'too_long' })
  expect(isPersonal('what is the \ufdfa '.repeat(70))).toBe(true)
})

test.each(['<', '[', '[a](b)', '< ', '</', '◁', '\n'])(
  'compares an answer made of %j with the reasoning marks only a bounded number of times',
  async (unit) => {
    const text = unit.repeat(8192 / unit.length)
    for (const isImplicit of [true, false]) {
      const splitter = splitReasoning({ isImplicit })
      const count = await countWork(() => [...splitter.push('Hi '), ...splitter.push(text), ...splitter.end(false)])
      expect(count).toBeLessThanOrEqual(24 * text.length)
    }
  },
)
