import { expect, test } from 'vitest'
import { openKeyRing } from '@/lib/crypto/key-ring'
import type { UserId } from '@/lib/ids'
import { type AnswerOrigin, type AnswerOwner, answerIdentity, ownScope, sharedScope } from './answer-scope'
import { hasFile, isSharedPath, nextPath } from './conversation-path'

const keys = openKeyRing({ BETTER_AUTH_SECRET: 'x'.repeat(32), ANSWER_CACHE_KEYS: undefined })
const owner: AnswerOwner = { userId: 'ada' as UserId, cacheEpoch: 1, path: '' }
const origin: AnswerOrigin = {
  modelId: 'm',
  generationSettings: { temperature: 0.7, maxOutputTokens: 100 },
  promptVersion: 'p1',
  toolSetVersion: 't1',
  answerLanguage: '',
  knowledgeEpoch: 0,
  embedderId: 'none',
}

const otherOrigins: Partial<AnswerOrigin>[] = [
  { modelId: 'n' },
  { generationSettings: { temperature: 0.8, maxOutputTokens: 100 } },
  { generationSettings: {} },
  { promptVersion: 'p2' },
  { toolSetVersion: 't2' },
  { answerLanguage: 'de' },
  { knowledgeEpoch: 1 },
  { embedderId: 'e' },
]

test('scopes differ if any part of their owner or origin differs', () => {
  const owners: Partial<AnswerOwner>[] = [{ userId: 'eve' as UserId }, { cacheEpoch: 2 }, { path: 'x' }]
  const scopes = [
    ownScope(keys, owner, origin),
    sharedScope(keys, '', origin),
    sharedScope(keys, 'x', origin),
    ...otherOrigins.map((other) => ownScope(keys, owner, { ...origin, ...other })),
    ...otherOrigins.map((other) => sharedScope(keys, '', { ...origin, ...other })),
    ...owners.map((other) => ownScope(keys, { ...owner, ...other }, origin)),
  ]
  expect(new Set(scopes.map(({ name }) => name)).size).toBe(scopes.length)
  for (const scope of scopes)
    expect(scope).toEqual(
      scope.owner === ':everybody'
        ? { owner: ':everybody', name: expect.stringMatching(/^s:[\w-]{43}$/) }
        : { owner: expect.stringMatching(/^ada|eve$/), name: expect.stringMatching(/^u:[\w-]{43}:[\w-]{43}$/) },
    )
})

test('the order of generation settings does not change the scope', () => {
  const turned = { ...origin, generationSettings: { maxOutputTokens: 100, temperature: 0.7 } }
  expect(ownScope(keys, owner, turned)).toEqual(ownScope(keys, owner, origin))
})

test('answer identities differ if the question, the answer or any part of the origin differs', () => {
  const parts = [{ type: 'text' as const, text: 'Yes.' }]
  const identities = [
    answerIdentity(keys, origin, 'q', parts),
    answerIdentity(keys, origin, 'r', parts),
    answerIdentity(keys, origin, 'q', [{ type: 'text', text: 'No.' }]),
    answerIdentity(keys, origin, 'q', [
      { type: 'text', text: 'Y' },
      { type: 'text', text: 'es.' },
    ]),
    ...otherOrigins.map((other) => answerIdentity(keys, { ...origin, ...other }, 'q', parts)),
  ]
  expect(new Set(identities).size).toBe(identities.length)
})

test('a conversation path depends on all previous answers and their order', () => {
  const path = (...identities: string[]) =>
    identities.reduce((parent, identity) => nextPath(keys, parent, { identity, isShareable: true }), '')
  const paths = [path(), path('a'), path('a', 'b'), path('b', 'a'), path('ab'), path('a', 'b', 'c')]
  expect(new Set(paths).size).toBe(paths.length)
  expect(path('a', 'b')).toBe(path('a', 'b'))
})

test('one private answer makes all later paths private', () => {
  const pathAfter = (parent: string, isShareable: boolean) => nextPath(keys, parent, { identity: 'a', isShareable })
  expect(isSharedPath('')).toBe(true)
  expect(isSharedPath(pathAfter('', true))).toBe(true)
  expect(isSharedPath(pathAfter(pathAfter('', true), true))).toBe(true)
  expect(isSharedPath(pathAfter('', false))).toBe(false)
  expect(isSharedPath(pathAfter(pathAfter('', false), true))).toBe(false)
  expect(pathAfter('', true)).not.toBe(pathAfter('', false))
})

test('all paths after a file are marked as following a file', () => {
  const after = (parent: string, withFile = false) =>
    nextPath(keys, parent, { identity: 'a', isShareable: true, withFile })
  expect(hasFile(after(''))).toBe(false)
  expect(hasFile(after('', true))).toBe(true)
  expect(hasFile(after(after('', true)))).toBe(true)
  expect(isSharedPath(after(after('', true)))).toBe(false)
})
