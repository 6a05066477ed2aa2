import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adversarialTexts } from '@/tests/markdown/adversarial-texts'
import { createWorkCounter } from '@/tests/markdown/count-work'

const kibibyte = 1024
const sizes = [8, 16, 32, 64].map((size) => size * kibibyte)
/** The limit of executed blocks and matched characters per character of a text. Ordinary prose takes about 8. */
const maxWorkPerCharacter = 250
/** The chunk size of a streamed answer; a token of a model is at most about this long. */
const pieceCharacters = 20

const work = createWorkCounter('/components/markdown/')
const load = async () => ({
  ...(await import('@/components/markdown/lex-markdown')),
  ...(await import('@/components/markdown/lex-blocks')),
  ...(await import('@/components/markdown/mend-inline')),
})
let markdown: Awaited<ReturnType<typeof load>>

beforeAll(async () => {
  await work.start()
  markdown = await load()
})
afterAll(() => work.stop())

/** The work per character must be small at each size and must not grow with the size. */
async function expectLinear(run: (text: string) => unknown, make: (length: number) => string) {
  const perCharacter: number[] = []
  for (const size of sizes) {
    const text = make(size)
    perCharacter.push((await work.count(() => run(text))) / text.length)
  }
  const [first = 0] = perCharacter
  expect(Math.max(...perCharacter), `work per character: ${perCharacter}`).toBeLessThan(maxWorkPerCharacter)
  expect(perCharacter.at(-1), `work per character: ${perCharacter}`).toBeLessThan(1.5 * first + 10)
}

describe.each(adversarialTexts)('adversarial text: %s', (_, make) => {
  it('parses with work proportional to the length and loses no text', { timeout: 60_000 }, async () => {
    await expectLinear(markdown.lexMarkdown, make)
    const text = make(sizes.at(-1) ?? 0)
    const raw = markdown.lexMarkdown(text).map((block) => block.raw)
    expect(raw.join('') === text).toBe(true)
  })

  it('completes an unfinished answer with work proportional to the length', { timeout: 60_000 }, async () => {
    await expectLinear(markdown.holdBack, make)
    await expectLinear(markdown.mendInline, make)
  })
})

/** Texts that form a single block, for which an incremental lexer cannot reuse earlier blocks. */
const streamed = ['*a ', '[', '\\[\n', '| a |\n|-|\n', '1. a\n']

it.each(streamed)('streams %j with work proportional to the length', { timeout: 120_000 }, async (unit) => {
  const stream = (length: number) => () => {
    const text = unit.repeat(length / unit.length)
    const lex = markdown.createBlockLexer()
    for (let end = pieceCharacters; end < text.length; end += pieceCharacters) lex(text.slice(0, end), false)
    lex(text, true)
  }
  const [first, second] = [await work.count(stream(12 * kibibyte)), await work.count(stream(24 * kibibyte))]
  expect(second / first, `work of a stream: ${first}, ${second}`).toBeLessThan(2.6)
})
