import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { signUp } from './chat-client'

const folder = mkdtempSync(join(tmpdir(), 'goldfish-catalog-'))
let goldfish: Goldfish
beforeAll(async () => {
  const MODEL_CATALOG_FILE = join(folder, 'catalog.json')
  writeFileSync(
    MODEL_CATALOG_FILE,
    JSON.stringify([{ id: 'stub-model', contextWindow: 16_000, maxOutputTokens: 1_000 }]),
  )
  goldfish = await startGoldfish({ env: { MODEL_CATALOG_FILE } })
})
afterAll(async () => {
  await goldfish?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/**
 * The model stub caches prefixes as providers do: in blocks of tokens from the start of the prompt up to the first
 * difference. 200 turns of about 250 tokens each must exceed the context window several times.
 */
test('at least 90% of the input tokens come from the prefix cache when a chat outgrows the window', async () => {
  const ada = await signUp(goldfish.url)
  const conversationId = v7()
  for (let turn = 0; turn < 200; turn += 1) {
    const sent = await ada.send(
      { conversationId, cache: 'bypass' },
      `[stub:tokens=100] ${turn}: ${'and more '.repeat(50)}`,
    )
    expect(sent.metadata?.status).toBe('complete')
  }
  const [sum] = await goldfish.sql<{ input: string; cached: string; largest: number }>(
    `select sum(input_tokens) as input, sum(cached_input_tokens) as cached, max(input_tokens) as largest from usage where purpose = 'answer'`,
  )
  expect(sum?.largest).toBeGreaterThan(8_000)
  expect(sum?.largest).toBeLessThan(16_000)
  expect(Number(sum?.cached) / Number(sum?.input)).toBeGreaterThanOrEqual(0.9)
  // The history must have been cut several times. Otherwise the ratio would not include the cost of a cut.
  const prompts = goldfish.stub.log().map(({ messages }) => messages.length)
  expect(prompts.filter((length, turn) => length < (prompts[turn - 1] ?? 0)).length).toBeGreaterThan(2)
}, 120_000)
