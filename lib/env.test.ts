import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseEnvironment } from './env'

const complete = {
  DATABASE_URL: 'postgres://goldfish:secret@localhost:5432/goldfish',
  BETTER_AUTH_SECRET: 'a-secret-of-more-than-thirty-two-characters',
  BETTER_AUTH_URL: 'http://localhost:3000',
  CHAT_MODEL: 'offline',
}

const problemsOf = (changes: Record<string, string | undefined>) => {
  try {
    parseEnvironment({ ...complete, ...changes })
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : 'not an Error'
  }
}

test('requires four variables and has defaults for all others', () => {
  const env = parseEnvironment(complete)
  expect(env).toMatchObject({ DATABASE_POOL_MAX: 10, ANSWER_CACHE_DEFAULT: 'private', TRUSTED_PROXY_HOPS: 0 })
  expect(env.systemPrompt).toContain('Goldfish')
  expect(Object.isFrozen(env)).toBe(true)
})

test('names every missing and invalid variable in one message, without any value', () => {
  const message = problemsOf({
    DATABASE_URL: 'mysql://user:hunter2@host/db',
    BETTER_AUTH_SECRET: undefined,
    CHAT_MODEL: '',
    DATABASE_POOL_MAX: 'many-hunter2',
    RATE_LIMITS: '{"chat":',
    LOG_LEVEL: 'loud-hunter2',
  })
  for (const name of [
    'DATABASE_URL',
    'BETTER_AUTH_SECRET',
    'CHAT_MODEL',
    'DATABASE_POOL_MAX',
    'RATE_LIMITS',
    'LOG_LEVEL',
  ])
    expect(message).toContain(`${name}: `)
  expect(message).not.toContain('hunter2')
})

test.each([
  ['the sample secret', { BETTER_AUTH_SECRET: 'change-me-to-at-least-32-random-characters' }, 'BETTER_AUTH_SECRET'],
  ['a short secret', { BETTER_AUTH_SECRET: 'short' }, 'BETTER_AUTH_SECRET'],
  ['a model without its provider', { CHAT_MODEL: 'gpt-5-mini' }, 'OPENAI_BASE_URL'],
  ['Anthropic without a key', { CHAT_MODEL: 'anthropic:claude' }, 'ANTHROPIC_API_KEY'],
  ['the gateway without a key', { CHAT_MODEL: 'gateway:a/b' }, 'AI_GATEWAY_API_KEY'],
  ['a fallback without its provider', { FALLBACK_MODEL: 'anthropic:claude' }, 'required by FALLBACK_MODEL'],
  ['a fallback that is the main model', { FALLBACK_MODEL: 'offline' }, 'FALLBACK_MODEL'],
  ['a prompt file that does not exist', { SYSTEM_PROMPT_FILE: '/nowhere/prompt.md' }, 'SYSTEM_PROMPT_FILE'],
  ['keys that are too short', { ANSWER_CACHE_KEYS: 'k1:c2hvcnQ=' }, 'ANSWER_CACHE_KEYS'],
  ['a repeated kid', { ANSWER_CACHE_KEYS: `k1:${'A'.repeat(44)},k1:${'B'.repeat(44)}` }, 'ANSWER_CACHE_KEYS'],
  ['several servers without REDIS_CLUSTER', { REDIS_URL: 'redis://a:1,redis://b:2' }, 'REDIS_URL'],
  ['an embedding model without its provider', { EMBEDDING_MODEL: 'embed-small' }, 'required by EMBEDDING_MODEL'],
  ['a gateway embedding model without a key', { EMBEDDING_MODEL: 'gateway:a/b' }, 'AI_GATEWAY_API_KEY'],
  ['a provider that has no embeddings', { EMBEDDING_MODEL: 'anthropic:claude' }, 'EMBEDDING_MODEL'],
  ['a local embedding model without a name', { EMBEDDING_MODEL: 'local:' }, 'EMBEDDING_MODEL'],
  ['a similarity above one', { ANSWER_CACHE_THRESHOLD: '1.1' }, 'ANSWER_CACHE_THRESHOLD'],
  ['an embedding timeout of zero', { ANSWER_CACHE_EMBED_TIMEOUT_MS: '0' }, 'ANSWER_CACHE_EMBED_TIMEOUT_MS'],
  ['a limit without a number', { RATE_LIMITS: '{"chat":"many"}' }, 'RATE_LIMITS'],
  ['a security contact that is not a URL', { SECURITY_CONTACT: 'Ada' }, 'SECURITY_CONTACT'],
  ['a rate limit window of zero seconds', { RATE_LIMITS: '{"chat":"20/0"}' }, 'RATE_LIMITS'],
])('rejects %s', (_, changes, name) => {
  expect(problemsOf(changes)).toContain(name)
})

test('uses no embedding model by default and needs no provider for a local one', () => {
  expect(parseEnvironment(complete)).toMatchObject({ EMBEDDING_MODEL: 'none', ANSWER_CACHE_EMBED_TIMEOUT_MS: 400 })
  expect(problemsOf({ EMBEDDING_MODEL: 'local:some/model' })).toBe('')
  expect(problemsOf({ EMBEDDING_MODEL: 'none', ANSWER_CACHE_THRESHOLD: '' })).toBe('')
})

test('reads the system prompt from SYSTEM_PROMPT_FILE', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'goldfish-')), 'prompt.md')
  writeFileSync(file, 'Be a pirate.\n')
  expect(parseEnvironment({ ...complete, SYSTEM_PROMPT_FILE: file }).systemPrompt).toBe('Be a pirate.')
})
