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

const complaints = (changes: Record<string, string | undefined>) => {
  try {
    parseEnvironment({ ...complete, ...changes })
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : 'not an Error'
  }
}

test('needs four settings, and has a default for the rest', () => {
  const env = parseEnvironment(complete)
  expect(env).toMatchObject({ DATABASE_POOL_MAX: 10, ANSWER_CACHE_DEFAULT: 'private', TRUSTED_PROXY_HOPS: 0 })
  expect(env.systemPrompt).toContain('Goldfish')
  expect(Object.isFrozen(env)).toBe(true)
})

test('names every bad and missing variable in one message, and repeats no value', () => {
  const message = complaints({
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
  ['a fallback without its provider', { FALLBACK_MODEL: 'anthropic:claude' }, 'needed by FALLBACK_MODEL'],
  ['a fallback that is the same model', { FALLBACK_MODEL: 'offline' }, 'FALLBACK_MODEL'],
  ['a prompt file that is not there', { SYSTEM_PROMPT_FILE: '/nowhere/prompt.md' }, 'SYSTEM_PROMPT_FILE'],
  ['keys that are too short', { ANSWER_CACHE_KEYS: 'k1:c2hvcnQ=' }, 'ANSWER_CACHE_KEYS'],
  ['one kid twice', { ANSWER_CACHE_KEYS: `k1:${'A'.repeat(44)},k1:${'B'.repeat(44)}` }, 'ANSWER_CACHE_KEYS'],
  ['several servers that are no cluster', { REDIS_URL: 'redis://a:1,redis://b:2' }, 'REDIS_URL'],
  ['an embedding model without its provider', { EMBEDDING_MODEL: 'embed-small' }, 'needed by EMBEDDING_MODEL'],
  ['an embedding model of the gateway without a key', { EMBEDDING_MODEL: 'gateway:a/b' }, 'AI_GATEWAY_API_KEY'],
  ['embeddings of who has none', { EMBEDDING_MODEL: 'anthropic:claude' }, 'EMBEDDING_MODEL'],
  ['a local embedding model without a name', { EMBEDDING_MODEL: 'local:' }, 'EMBEDDING_MODEL'],
  ['a similarity above one', { ANSWER_CACHE_THRESHOLD: '1.1' }, 'ANSWER_CACHE_THRESHOLD'],
  ['no time for embeddings', { ANSWER_CACHE_EMBED_TIMEOUT_MS: '0' }, 'ANSWER_CACHE_EMBED_TIMEOUT_MS'],
  ['a limit without a number', { RATE_LIMITS: '{"chat":"many"}' }, 'RATE_LIMITS'],
  ['a contact that is no address', { SECURITY_CONTACT: 'Ada' }, 'SECURITY_CONTACT'],
  ['a window of no length', { RATE_LIMITS: '{"chat":"20/0"}' }, 'RATE_LIMITS'],
])('refuses %s', (_, changes, name) => {
  expect(complaints(changes)).toContain(name)
})

test('has no embedding model unless one is named, and a local one needs no provider', () => {
  expect(parseEnvironment(complete)).toMatchObject({ EMBEDDING_MODEL: 'none', ANSWER_CACHE_EMBED_TIMEOUT_MS: 400 })
  expect(complaints({ EMBEDDING_MODEL: 'local:some/model' })).toBe('')
  expect(complaints({ EMBEDDING_MODEL: 'none', ANSWER_CACHE_THRESHOLD: '' })).toBe('')
})

test('reads the system prompt from its file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'goldfish-')), 'prompt.md')
  writeFileSync(file, 'Be a pirate.\n')
  expect(parseEnvironment({ ...complete, SYSTEM_PROMPT_FILE: file }).systemPrompt).toBe('Be a pirate.')
})
