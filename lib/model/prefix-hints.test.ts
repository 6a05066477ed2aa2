import type { ModelMessage } from 'ai'
import { expect, test } from 'vitest'
import { connectModels } from './connect'
import { withPrefixHints } from './prefix-hints'

const messages: ModelMessage[] = [
  { role: 'user', content: 'one?' },
  { role: 'assistant', content: 'one.' },
  { role: 'user', content: 'two?' },
]
const prompt = { instructions: 'Be brief.', messages }
const ephemeral = { anthropic: { cacheControl: { type: 'ephemeral' } } }

test('adds breakpoints for Anthropic after the instructions and before the question', () => {
  expect(withPrefixHints('anthropic', prompt, 'key')).toEqual({
    instructions: { role: 'system', content: 'Be brief.', providerOptions: ephemeral },
    messages: [messages[0], { ...messages[1], providerOptions: ephemeral }, messages[2]],
  })
  const first = withPrefixHints('anthropic', { ...prompt, messages: messages.slice(0, 1) }, 'key')
  expect(first.messages).toEqual([messages[0]])
})

test('adds a cache key for OpenAI and nothing for other servers', () => {
  expect(withPrefixHints('openai', prompt, 'key')).toEqual({
    ...prompt,
    providerOptions: { openai: { prompt_cache_key: 'key' } },
  })
  expect(withPrefixHints(null, prompt, 'key')).toEqual(prompt)
})

test('determines the kind of hints from the model and the base URL', () => {
  const env = { CHAT_MODEL: 'm', OPENAI_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' }
  const settings = (more: object) => ({ ...env, ...more }) as Parameters<typeof connectModels>[0]
  expect(connectModels(settings({})).prefixHints('gpt-5')).toBe('openai')
  expect(connectModels(settings({ OPENAI_BASE_URL: 'https://api.openai.com/v1' })).prefixHints('gpt-5')).toBe('openai')
  expect(connectModels(settings({ OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' })).prefixHints('llama')).toBeNull()
  expect(connectModels(settings({})).prefixHints('anthropic:claude')).toBe('anthropic')
  expect(connectModels(settings({})).prefixHints('offline')).toBeNull()
})
