/** Each rule must report code that violates it, and must accept valid code. */
import { describe, expect, test } from 'vitest'
import { checkComments } from './comments'
import { checkCycles } from './cycles'
import type { Finding } from './finding'
import { checkLayers } from './layers'
import { checkMemory } from './memory'
import { checkNames } from './names'
import { checkNormalization } from './normalization'
import { checkAuthOptions, checkEnvironmentExample, checkNextConfig, checkRatelimitOptions } from './options'
import { checkEnvironmentReaders, checkHandleNames } from './process'
import { countProse, readProse } from './prose'
import { sourcesOf } from './read-sources'
import { parseSource, type SourceFile } from './source-file'

type Check = (files: readonly SourceFile[]) => Finding[]
const places = (check: Check, texts: Record<string, string>) =>
  check(sourcesOf(texts)).map(({ file, line }) => `${file}:${line}`)

describe('checkLayers', () => {
  const targets = {
    'db/client.ts': 'export const database = 1',
    'db/connect.ts': 'export type Database = 1',
    'db/schema/message.ts': 'export const message = 1',
    'lib/context.ts': 'export type Needs = 1',
    'lib/ids.ts': 'export type UserId = 1',
    'lib/contract/api.ts': 'export type Api = 1',
    'lib/crypto/key-ring.ts': 'export type KeyRing = 1',
    'lib/redis/client.ts': 'export const redis = 1',
    'lib/redis/connect.ts': 'export type RedisHandle = 1',
    'lib/stream/turn-events.ts': 'export const follow = 1',
    'lib/todo/todos.ts': 'export const listTodos = 1',
    'lib/usage/usage.ts': 'export const recordUsage = 1',
    'components/ui/button.tsx': 'export const Button = 1',
    'app/page.tsx': 'export default 1',
    'lib/todo/count.worker.ts': 'export type Count = 1',
    'lib/question-match/guard/guard.ts': 'export const guard = 1',
  }
  const importPlaces = (path: string, text: string) => places(checkLayers, { ...targets, [path]: text })

  test.each([
    ['app importing db', 'app/c/page.tsx', "import { message } from '@/db/schema/message'"],
    ['app importing a type of db', 'app/c/page.tsx', "import type { Database } from '@/db/connect'"],
    ['a component importing a feature', 'components/thread/thread.tsx', "import { listTodos } from '@/lib/todo/todos'"],
    [
      'a component importing a type of db',
      'components/thread/thread.tsx',
      "import type { Database } from '@/db/connect'",
    ],
    ['a component importing app', 'components/thread/thread.tsx', "import Page from '@/app/page'"],
    ['a feature importing another feature', 'lib/usage/cost.ts', "import { listTodos } from '@/lib/todo/todos'"],
    ['a feature importing a type of another feature', 'lib/usage/cost.ts', "import type { Todo } from '../todo/todos'"],
    [
      'a feature importing an inline type of another feature',
      'lib/usage/cost.ts',
      "export type T = import('../todo/todos').Todo",
    ],
    [
      'a feature importing another feature with import()',
      'lib/usage/cost.ts',
      "export const f = () => import('../todo/todos')",
    ],
    ['a feature re-exporting another feature', 'lib/usage/cost.ts', "export { listTodos } from '../todo/todos'"],
    ['a feature importing the connection pool', 'lib/usage/cost.ts', "import { database } from '@/db/client'"],
    ['a feature importing the connection', 'lib/usage/cost.ts', "import type { Database } from '@/db/connect'"],
    ['a feature importing a component', 'lib/usage/cost.ts', "import { Button } from '@/components/ui/button'"],
    ['a mechanism importing a feature', 'lib/stream/a.ts', "import { recordUsage } from '@/lib/usage/usage'"],
    [
      'a mechanism importing one that its row does not list',
      'lib/model/a.ts',
      "import { follow } from '@/lib/stream/turn-events'",
    ],
    ['a mechanism importing the context', 'lib/stream/a.ts', "import type { Needs } from '@/lib/context'"],
    ['a mechanism importing a handle', 'lib/stream/a.ts', "import { redis } from '@/lib/redis/client'"],
    ['a pure folder importing the floor', 'lib/question-match/a.ts', "import type { UserId } from '@/lib/ids'"],
    [
      'a pure folder importing a mechanism',
      'lib/question-match/a.ts',
      "import { follow } from '@/lib/stream/turn-events'",
    ],
    ['the floor importing a mechanism', 'lib/errors.ts', "import { follow } from '@/lib/stream/turn-events'"],
    ['the context importing more than a type', 'lib/context.ts', "import { KeyRing } from '@/lib/crypto/key-ring'"],
    ['a file importing the entry file of a worker thread', 'lib/todo/a.ts', "import '@/lib/todo/count.worker'"],
    ['db importing a feature', 'db/schema/todo.ts', "import { listTodos } from '@/lib/todo/todos'"],
  ])('reports %s', (_, path, text) => {
    expect(importPlaces(path, text)).toEqual([`${path}:1`])
  })

  test('reports a folder that belongs to no layer', () => {
    expect(importPlaces('lib/stuff/a.ts', 'export {}')).toEqual(['lib/stuff/a.ts:1'])
  })

  test.each([
    ['app importing lib', 'app/c/page.tsx', "import { listTodos } from '@/lib/todo/todos'"],
    ['a component importing the contract', 'components/a.tsx', "import type { Api } from '@/lib/contract/api'"],
    ['the turn importing a feature', 'lib/turn/answer-turn.ts', "import { recordUsage } from '@/lib/usage/usage'"],
    ['a feature importing the schema', 'lib/todo/a.ts', "import { message } from '@/db/schema/message'"],
    ['a feature importing a mechanism', 'lib/usage/a.ts', "import { follow } from '@/lib/stream/turn-events'"],
    [
      'a mechanism importing one that its row lists',
      'lib/stream/a.ts',
      "import type { KeyRing } from '@/lib/crypto/key-ring'",
    ],
    ['completion importing a feature', 'lib/completion/a.ts', "import { listTodos } from '@/lib/todo/todos'"],
    ['a pure folder importing itself', 'lib/question-match/a.ts', "import { guard } from './guard/guard'"],
    [
      'the opener of handles importing a handle',
      'lib/http/open-context.ts',
      "import { redis } from '@/lib/redis/client'",
    ],
    ['the context importing a type', 'lib/context.ts', "import type { KeyRing } from '@/lib/crypto/key-ring'"],
    ['a mechanism importing a package', 'lib/model/a.ts', "import { generate } from 'ai'"],
  ])('accepts %s', (_, path, text) => {
    expect(importPlaces(path, text)).toEqual([])
  })
})

describe('checkCycles', () => {
  test('reports a cycle through three files', () => {
    const texts = { 'lib/a.ts': "import './b'", 'lib/b.ts': "\nimport '@/lib/c'", 'lib/c.ts': "import './a'" }
    expect(checkCycles(sourcesOf(texts)).map((finding) => finding.message)).toEqual([
      expect.stringContaining('lib/a.ts → lib/b.ts → lib/c.ts → lib/a.ts'),
    ])
  })
  test('reports a cycle of types only', () => {
    const texts = {
      'lib/a.ts': "import type { B } from './b'\nexport type A = 1",
      'lib/b.ts': "\nexport type B = import('./a').A",
    }
    expect(places(checkCycles, texts)).toEqual(['lib/a.ts:1'])
  })
  test('accepts two import paths to the same file', () => {
    const texts = {
      'lib/a.ts': "import './b'\nimport './c'",
      'lib/b.ts': "import './d'",
      'lib/c.ts': "import './d'",
      'lib/d.ts': '',
    }
    expect(places(checkCycles, texts)).toEqual([])
  })
})

describe('checkNames', () => {
  test.each([
    ['a barrel', 'lib/todo/all.ts', "export { a } from './a'\nexport * from './b'"],
    ['a barrel in two statements', 'lib/todo/all.ts', "import { a } from './a'\nexport { a }"],
    ['an index file', 'lib/todo/index.ts', 'export const a = 1'],
    ['a file called utils', 'lib/todo/utils.ts', 'export const a = 1'],
    ['a folder called helpers', 'lib/helpers/a.ts', 'export const a = 1'],
    ['a file called queries', 'lib/todo/queries.ts', 'export const a = 1'],
    ['a service class', 'lib/todo/todos.ts', 'export class TodoService {}'],
    ['a manager class', 'lib/todo/todos.ts', 'export const make = () => class TodoManager {}'],
  ])('reports %s', (_, path, text) => {
    expect(places(checkNames, { [path]: text })).toEqual([`${path}:1`])
  })
  test('accepts a file that re-exports and also defines a function', () => {
    const text = "import { a } from './a'\nexport const b = () => a\nexport { a }"
    expect(places(checkNames, { 'lib/todo/todos.ts': text })).toEqual([])
  })
})

describe('checkMemory', () => {
  const statePlaces = (text: string) => places(checkMemory, { 'lib/todo/todos.ts': text })

  test.each([
    ['a Map', 'const seen = new Map<string, string>()'],
    ['an exported Set', 'export const seen = new Set()'],
    ['a WeakMap', 'const seen = new WeakMap()'],
    ['a let', 'let last: string | null = null'],
    ['a var', 'export var count = 0'],
    ['an array', 'const list: string[] = []'],
    ['an object', 'export const state = { last: null }'],
    ['a Map in frozen data', 'const state = Object.freeze({ seen: new Map() })'],
    ['a Map in const data', 'const state = { seen: new Map() } as const'],
    ['a Map typed as Readonly', 'const seen: Readonly<Map<string, 1>> = new Map()'],
    ['a Map as an argument', "import { z } from 'zod'; const schema = z.custom(new Map())"],
    ['a closure', 'const next = (() => { let n = 0; return () => n++ })()'],
    ['a closure from a named function', 'function counter() { let n = 0; return () => n++ }; const next = counter()'],
    ['an unknown factory', "import { memo } from 'memo'; const find = memo(() => 1)"],
    ['a client', "import { Redis } from 'ioredis'; const redis = new Redis('redis://x')"],
    ['an awaited value', 'const list = await load()'],
    ['a static field', 'class Todo { static all: string[] = [] }'],
    ['a static block', 'class Todo { static { load() } }'],
    ['a default export', 'export default new Map()'],
    ['a statement with side effects', "process.on('exit', () => {})"],
    ['globalThis inside a function', 'export const put = (v: string) => Object.assign(globalThis, { v })'],
    ['a namespace', 'namespace Todos { export let last = 1 }'],
    ['a destructured Map', 'const { a } = { a: new Map() }'],
  ])('reports %s', (_, text) => {
    expect(statePlaces(text)).toContain('lib/todo/todos.ts:1')
  })

  test.each([
    ['literals', "const a = 1; const b = 'x'; const c = `x`; const d = /x/u; const e = -1 * 60_000; const f = null"],
    ['functions', 'export const f = () => { const m = new Map(); return m }; export function g() {}'],
    ['const data', "export const modes = ['a', 'b'] as const; const table = { a: { b: 1 } } as const satisfies object"],
    ['frozen data', 'export const limits = Object.freeze({ chat: 20, list: Object.freeze([1, 2]) })'],
    ['Readonly data', 'const a: Readonly<Record<string, string>> = { b: "c" }; const d: readonly string[] = ["e"]'],
    [
      'schemas',
      "import { z } from 'zod'; export const body = z.strictObject({ id: z.uuid().optional() }).refine(() => true)",
    ],
    [
      'local functions that only return',
      "import { z } from 'zod'; const id = () => z.uuid(); const a = z.object({ id: id() }); const b = z.string().transform(id<string>)",
    ],
    [
      'table definitions',
      "import { pgTable, text } from 'drizzle-orm/pg-core'; const at = (n: string) => text(n); export const todo = pgTable('todo', { id: at('id').notNull() }, (t) => [])",
    ],
    [
      'a process handle',
      "import { processHandle } from '@/lib/process-handle'; export const env = processHandle('env', () => 1)",
    ],
    [
      'routes',
      "import { route } from '@/lib/http/route'; export const { GET, POST } = route({ GET: async () => new Response() })",
    ],
    ['a class', 'export class AppError extends Error { readonly code = 1; static readonly kind = "app" }'],
    ['the exports that Next reads', "export const metadata = { title: 'x' }; export const maxDuration = 150"],
    ['declarations', 'declare const brand: unique symbol; export type A = 1; export interface B { c: 1 }'],
    ['the state of a browser module', "'use client'\nconst seen = new Map()"],
  ])('accepts %s', (_, text) => {
    expect(statePlaces(text)).toEqual([])
  })

  test('allows only answerCall at load in the entry file of a worker thread', () => {
    const text = 'answerCall((text: string) => text.length)\nlisten(() => 1)\nconst seen = new Map()'
    const file = 'lib/todo/count.worker.ts'
    expect(places(checkMemory, { [file]: text })).toEqual([`${file}:2`, `${file}:3`])
    expect(statePlaces(text)).toContain('lib/todo/todos.ts:1')
  })
})

describe('process rules', () => {
  test('reports an unlisted handle name and a second opening of a handle', () => {
    const texts = {
      'lib/a.ts': "processHandle('env', open)\nprocessHandle('cache', open)",
      'lib/b.ts': "processHandle('env', open)\nprocessHandle(name, open)",
    }
    expect(places(checkHandleNames, texts)).toEqual(['lib/a.ts:2', 'lib/b.ts:1', 'lib/b.ts:2'])
  })
  test('reports each read of the environment outside lib/env.ts', () => {
    const texts = {
      'lib/env.ts': 'process.env',
      'lib/a.ts': "const a = process.env.A\nconst b = process['env']",
      'instrumentation.ts': "if (process.env.NEXT_RUNTIME === 'nodejs') {}\nprocess.env.PORT",
    }
    expect(places(checkEnvironmentReaders, texts)).toEqual(['lib/a.ts:1', 'lib/a.ts:2', 'instrumentation.ts:2'])
  })
})

describe('checkNormalization', () => {
  test('reports a call of normalize everywhere except in the function that bounds it', () => {
    const texts = {
      'lib/normalize-text.ts': "export const a = (text: string) => text.normalize('NFC')",
      'lib/a.ts': "export const a = (text: string) =>\n  text.trim().normalize('NFC')",
      'lib/b.ts': 'export const b = { normalize: true }',
    }
    expect(places(checkNormalization, texts)).toEqual(['lib/a.ts:2'])
  })
})

describe('library options', () => {
  const next = (text: string) => checkNextConfig(parseSource('next.config.ts', text)).length
  test('requires Next to disable its in-memory caches', () => {
    expect(next('export default { cacheMaxMemorySize: 0 }')).toBe(0)
    expect(next('export default {}')).toBe(1)
    expect(next('export default { cacheMaxMemorySize: 1, cacheComponents: true }')).toBe(2)
  })
  const auth = (options: string) =>
    checkAuthOptions(sourcesOf({ 'lib/auth/auth.ts': `betterAuth({${options}})` })).length
  test('requires better-auth to keep sessions and counters out of the process', () => {
    expect(auth('rateLimit: { customStorage: x }, session: { cookieCache: { enabled: false } }')).toBe(0)
    expect(auth('rateLimit: { enabled: false }')).toBe(0)
    expect(auth('rateLimit: { enabled: true }')).toBe(1)
    expect(auth('rateLimit: { customStorage: x }, session: { cookieCache: { enabled: true } }')).toBe(1)
    expect(auth('rateLimit: { customStorage: x }, secondaryStorage: redis')).toBe(1)
  })
  const limit = (options: string) =>
    checkRatelimitOptions(sourcesOf({ 'lib/a.ts': `new Ratelimit({${options}})` })).length
  test('requires the rate limiter to disable its in-memory cache and its timeout', () => {
    expect(limit('ephemeralCache: false, timeout: 0')).toBe(0)
    expect(limit('ephemeralCache: new Map(), timeout: 5000')).toBe(2)
    expect(limit('')).toBe(2)
  })
  test('reports missing and unread variables in .env.example', () => {
    const example = '# Postgres\nDATABASE_URL=postgres://\n# REDIS_URL=\nPORT=3000\nOLD=1\n'
    const findings = checkEnvironmentExample(['DATABASE_URL', 'REDIS_URL', 'NODE_ENV', 'LOG_LEVEL'], example)
    expect(findings.map(({ line, message }) => `${line} ${message}`)).toEqual([
      expect.stringMatching(/^1 .*LOG_LEVEL/),
      expect.stringMatching(/^5 .*OLD/),
    ])
  })
})

describe('prose patterns', () => {
  const missed = (text: string) => countProse([text]).counts.filter(({ isMet }) => !isMet)
  const plain = 'Returns the row that will be written, because the caller must check it first.'

  test.each([
    'Nobody waits for this.',
    'Releases whatever was found.',
    'What was found is of no use.',
    'It is done. Of a row that there is none of.',
    'The server says so.',
    'The text stands here.',
  ])('counts the odd sentence "%s"', (sentence) => {
    expect(missed(`${plain} ${sentence}`)).toHaveLength(1)
  })
  test('accepts plain sentences, questions, and code in backticks', () => {
    expect(missed(`${plain} What changed? It calls \`whatever\`.`)).toEqual([])
  })
  test('requires obligations and conditions', () => {
    expect(missed('Returns the row.').map(({ pattern }) => pattern.name)).toEqual(['should, must, will'])
  })
  test('reads comments, joined line comments and test names, but no directives and no other strings', () => {
    const text = [
      '/** Returns one. */',
      'const a = 1 // biome-ignore lint: no reason',
      '// A sentence that',
      '// spans two lines.',
      "test.each([1])('is %s', () => say('Nobody'))",
    ].join('\n')
    expect(readProse('a.test.ts', text).map(({ line, text }) => [line, text])).toEqual([
      [1, 'Returns one.'],
      [3, 'A sentence that\nspans two lines.'],
      [5, 'is %s'],
    ])
  })
})

describe('checkComments', () => {
  const paths = ['lib/todo/todos.ts', 'app/(chat)/api/[...path]/route.ts', 'docs/words.md', 'scripts/start.mjs']
  const packageFiles = { 'chunk.d.ts': 'types of a package' }
  const commentPlaces = (text: string) =>
    checkComments([{ path: 'lib/usage/cost.ts', text }], paths, packageFiles).map(({ line }) => line)

  test.each([
    ['a line comment that is too long', `// ${'word '.repeat(24)}`, 1],
    ['a comment after code that ends too far right', `const a = 1 ${' '.repeat(100)} // too far`, 1],
    ['a long line inside a block comment', `/**\n * ${'word '.repeat(24)}\n */`, 2],
    ['a file name that does not exist', '\n// See `gone.ts`.', 2],
    ['a path whose file was moved', '/* Read lib/usage/todos.ts first. */', 1],
    ['a relative path that does not exist', '// See ./todos.ts.', 1],
    ['a document that does not exist', '/**\n * One.\n * Two (docs/gone.md).\n */', 3],
    ['a component that does not exist', '// (see lib/todo/todos.tsx)', 1],
    ['a script that does not exist', "// run 'scripts/stop.mjs' later", 1],
  ])('reports %s', (_, text, line) => {
    expect(commentPlaces(text)).toEqual([line])
  })

  test.each([
    ['an existing path', '// lib/todo/todos.ts, docs/words.md and (scripts/start.mjs)'],
    ['an existing path of a route', '// see app/(chat)/api/[...path]/route.ts.'],
    ['an existing file name', '/** `todos.ts` */'],
    ['an existing relative path', '/** @type {import("../todo/todos.ts").Todo} */'],
    ['a listed file of a package', '// as in `chunk.d.ts`'],
    ['a pattern', '// `*.db.test.ts`, tests/**/*.unit.test.ts, {a,b}.ts and the extension .mjs'],
    ['a URL', '// https://example.com/gone.md and https://example.com/a/gone.ts'],
    ['a name outside comments', "const a = 'gone.ts'"],
    ['code that is too long', `const a = '${'word '.repeat(24)}'`],
    ['a comment that ends at column 120', `// ${'x'.repeat(117)}`],
  ])('accepts %s', (_, text) => {
    expect(commentPlaces(text)).toEqual([])
  })
})
