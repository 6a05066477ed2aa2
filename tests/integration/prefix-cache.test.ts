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
 * The stub keeps what providers keep: blocks of tokens, from the front of the prompt, for as long as they are the same.
 * 200 turns of some 250 tokens outgrow the window several times.
 */
test('of a conversation that outgrows the window, nine tenths of all input tokens come from the prefix cache', async () => {
  const ada = await signUp(goldfish.url)
  const conversationId = v7()
  for (let turn = 0; turn < 200; turn += 1) {
    const sent = await ada.send(
      { conversationId, cache: 'bypass' },
      `[stub:tokens=100] ${turn}: ${'and more '.repeat(50)}`,
    )
    expect(sent.metadata?.status).toBe('complete')
  }
  const [sum] = await goldfish.sql<{ input: string; cached: string; most: number }>(
    `select sum(input_tokens) as input, sum(cached_input_tokens) as cached, max(input_tokens) as most from usage where purpose = 'answer'`,
  )
  expect(sum?.most).toBeGreaterThan(8_000)
  expect(sum?.most).toBeLessThan(16_000)
  expect(Number(sum?.cached) / Number(sum?.input)).toBeGreaterThanOrEqual(0.9)
  // The prompts were cut, several times.
  const prompts = goldfish.stub.log().map(({ messages }) => messages.length)
  expect(prompts.filter((length, turn) => length < (prompts[turn - 1] ?? 0)).length).toBeGreaterThan(2)
}, 120_000)
