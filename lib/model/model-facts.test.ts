import { expect, test } from 'vitest'
import { tokenUsage } from './model-ending'
import { callCostUsd } from './model-facts'

const prices = { inputUsdPerMillion: 2, cachedInputUsdPerMillion: 0.5, outputUsdPerMillion: 8 }

test('charges cached input at its own price and the rest at the full price', () => {
  const usage = { inputTokens: 1_000_000, cachedInputTokens: 600_000, outputTokens: 100_000 }
  expect(callCostUsd(usage, prices)).toBeCloseTo(0.4 * 2 + 0.6 * 0.5 + 0.1 * 8, 10)
})

test('returns null for an unknown usage or price, and 0 for an empty usage', () => {
  const usage = { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 }
  expect(callCostUsd(null, prices)).toBeNull()
  expect(callCostUsd(usage, null)).toBeNull()
  expect(callCostUsd({ inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 }, prices)).toBe(0)
})

const counted = (inputTokens?: number, cacheReadTokens?: number, outputTokens?: number) => ({
  inputTokens,
  inputTokenDetails: { noCacheTokens: undefined, cacheReadTokens, cacheWriteTokens: undefined },
  outputTokens,
  outputTokenDetails: { textTokens: undefined, reasoningTokens: undefined },
  totalTokens: undefined,
})

test.each([
  [counted(10, 4, 5), { inputTokens: 10, cachedInputTokens: 4, outputTokens: 5 }],
  [counted(10, undefined, 5), { inputTokens: 10, cachedInputTokens: 0, outputTokens: 5 }],
  [counted(10, 40, 5), { inputTokens: 10, cachedInputTokens: 10, outputTokens: 5 }],
  [counted(undefined, 0, 5), null],
  [counted(10, 0, undefined), null],
  [counted(-1, 0, 5), null],
  [counted(1.5, 0, 5), null],
  [counted(Number.NaN, 0, 5), null],
  [counted(1, 0, Number.POSITIVE_INFINITY), null],
])('converts the usage %j to %j', (usage, expected) => {
  expect(tokenUsage(usage)).toEqual(expected)
})
