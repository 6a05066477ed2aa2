/**
 * Tests `npm run cache:warm`. The app must find the answers that the command stores, and the command must report every
 * question and line that it does not store.
 */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 } from 'uuid'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Goldfish, startGoldfish } from '@/tests/services/goldfish'
import { type Person, signUp } from './chat-client'

const secrets = {
  BETTER_AUTH_SECRET: randomBytes(32).toString('base64'),
  ANSWER_CACHE_KEYS: `k:${randomBytes(32).toString('base64')}`,
}
const folder = mkdtempSync(join(tmpdir(), 'goldfish-warm-'))
const file = join(folder, 'questions.jsonl')

let goldfish: Goldfish
let ada: Person
beforeAll(async () => {
  goldfish = await startGoldfish({ instances: 1, env: { ...secrets, ANSWER_CACHE_DEFAULT: 'shared' } })
  ada = await signUp(goldfish.url)
})
afterAll(async () => {
  await goldfish?.stop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  await goldfish.redis.flushall()
  goldfish.stub.reset()
})

/** Runs the command with the settings of the app. Resolves with its exit code and output, even if it fails. */
function warm(lines: readonly unknown[], env: Record<string, string> = {}) {
  writeFileSync(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
  const { PATH = '', HOME = '' } = process.env
  const settings = {
    PATH,
    HOME,
    NODE_ENV: 'test' as const,
    ...secrets,
    REDIS_URL: goldfish.redisServer.url,
    OPENAI_BASE_URL: `${goldfish.stub.url}/v1`,
    CHAT_MODEL: 'stub-model',
    ...env,
  }
  const script = join(import.meta.dirname, '..', '..', 'scripts', 'cache-warm.mjs')
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [script, file], { env: settings }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
  })
}
const ask = (text: string) => ada.send({ conversationId: v7() }, text)
const cacheKeys = async () =>
  (await goldfish.redis.keys('*')).filter((key) => /:[exwvbk]:?/.test(key.replace(/\{.*\}/, '')))

test('warmed answers are stored in the shared scope only and served to a user who asks for the first time', async () => {
  const warmed = await warm([
    { question: 'What is a goldfish?' },
    '',
    { question: 'Who feeds the goldfish?', answer: 'The **keeper** does.' },
  ])
  expect(warmed).toEqual({ code: 0, out: '2 stored, 0 already stored, 0 refused, 0 failed.\n', err: '' })
  expect(goldfish.stub.log()).toHaveLength(1)
  expect((await cacheKeys()).filter((key) => !key.startsWith('gf:1:{s:'))).toEqual([])
  expect(await cacheKeys()).toHaveLength(6)

  const given = await ask('Hi, who feeds the goldfish?')
  expect(given).toMatchObject({ text: 'The **keeper** does.', cache: { status: 'hit', layer: 'words' } })
  expect((await ask('what is a goldfish')).cache).toMatchObject({ status: 'hit', layer: 'exact' })
  expect(goldfish.stub.log()).toHaveLength(1)
})

test('a second run makes no model call for stored questions and replaces answers that the file contains', async () => {
  await warm([{ question: 'What is a goldfish?' }, { question: 'Who feeds the goldfish?', answer: 'He does.' }])
  const again = await warm([
    { question: 'What is a goldfish?' },
    { question: 'Who feeds the goldfish?', answer: 'She does.' },
    { question: 'Where do goldfish sleep?' },
  ])
  expect(again).toEqual({ code: 0, out: '2 stored, 1 already stored, 0 refused, 0 failed.\n', err: '' })
  expect(goldfish.stub.log()).toHaveLength(2)
  expect((await ask('Who feeds the goldfish?')).text).toBe('She does.')
})

test('a question that must not be shared is refused with its line and the reason, and the others are stored', async () => {
  const { code, out, err } = await warm([
    { question: 'What is the weather today?' },
    { question: 'Why is my goldfish ill?' },
    { question: 'Was ist ein Goldfisch und wie alt wird er?' },
    { question: 'What is a goldfish?' },
  ])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.split('\n').toSorted()).toEqual([
    '',
    `${file}:1: refused: the answer depends on the date: What is the weather today?`,
    `${file}:2: refused: it contains something personal: Why is my goldfish ill?`,
    `${file}:3: refused: only questions in English are shared: Was ist ein Goldfisch und wie alt wird er?`,
    '1 stored, 0 already stored, 3 refused, 0 failed.',
  ])
  expect(await cacheKeys()).toHaveLength(3)
})

test('a file with invalid lines is rejected as a whole, with an error for each line and without model calls', async () => {
  const rejected = await warm([
    { question: 'What is a goldfish?' },
    '{"question": ',
    '["What?"]',
    { question: ' ' },
    { question: 'What?', answer: 5 },
    { question: 'What?', reply: 'That.' },
  ])
  expect(rejected).toMatchObject({ code: 1, out: '' })
  expect(rejected.err.split('\n')).toEqual([
    `${file}:2: is not JSON`,
    `${file}:3: is not a JSON object`,
    `${file}:4: "question" must be a string that is not empty`,
    `${file}:5: "answer" must be a string that is not empty`,
    `${file}:6: has the unknown key "reply"; the keys are "question" and "answer"`,
    'No question was asked.',
    '',
  ])
  expect(goldfish.stub.log()).toHaveLength(0)
  expect(await cacheKeys()).toEqual([])
})

test('failed and truncated answers are not stored, and the others are', async () => {
  goldfish.stub.script([
    { match: 'fail', status: 400 },
    { match: 'cut', cut: 3 },
  ])
  const { code, out } = await warm([
    { question: 'Why do goldfish fail?' },
    { question: 'Why are goldfish cut?' },
    { question: 'What is a goldfish?' },
  ])
  expect(code).toBe(1)
  expect(out).toContain(`${file}:1: failed: the model: provider_error: Why do goldfish fail?\n`)
  expect(out).toContain(`${file}:2: failed: the model: provider_cut: Why are goldfish cut?\n`)
  expect(out).toContain('1 stored, 0 already stored, 0 refused, 2 failed.\n')
  expect(await cacheKeys()).toHaveLength(3)
})

test('a run ends early if the model fails repeatedly', async () => {
  goldfish.stub.script([{ match: 'goldfish', status: 400 }])
  const { code, out } = await warm(
    Array.from({ length: 40 }, (_, index) => ({ question: `How do ${index} goldfish swim?` })),
  )
  expect(code).toBe(1)
  const [, failed, left] = /(\d+) failed\. (\d+) not tried\./.exec(out) ?? []
  expect(Number(failed) + Number(left)).toBe(40)
  expect(Number(left)).toBeGreaterThan(20)
})

test('an unreachable Redis and an invalid setting end the command with exit code 2 and an error message', async () => {
  const line = [{ question: 'What is a goldfish?' }]
  expect(await warm(line, { REDIS_URL: 'redis://127.0.0.1:1' })).toEqual({
    code: 2,
    out: '',
    err: 'Cannot reach Redis at REDIS_URL.\n',
  })
  const { code, err } = await warm(line, { BETTER_AUTH_SECRET: 'short' })
  expect(code).toBe(2)
  expect(err).toContain('BETTER_AUTH_SECRET: must have at least 32 characters')
})
