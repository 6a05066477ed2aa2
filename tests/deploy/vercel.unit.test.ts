import { globSync } from 'node:fs'
import { matchesGlob } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { defaultTimeouts } from '@/lib/model/call-deadline'
import { fileExists, maxDurationOf, root, textOf } from './repository'

const vercel = z
  .strictObject({
    $schema: z.literal('https://openapi.vercel.sh/vercel.json'),
    framework: z.literal('nextjs'),
    installCommand: z.string(),
    buildCommand: z.string(),
    functions: z.record(z.string(), z.strictObject({ maxDuration: z.int().min(1).max(800) })),
    crons: z.array(z.strictObject({ path: z.string(), schedule: z.string() })),
  })
  .parse(JSON.parse(textOf('vercel.json')))

const routes = globSync('app/{api,v1}/**/route.ts', { cwd: root })
const patterns = Object.entries(vercel.functions)
const answeringRoutes = [
  'app/api/chat/route.ts',
  'app/api/chat/[conversationId]/stream/route.ts',
  'app/v1/chat/completions/route.ts',
].filter(fileExists)

test('a function that answers may run for the longest reply plus 30 s to store it', () => {
  const seconds = defaultTimeouts.totalMs / 1000 + 30
  expect(answeringRoutes).toContain('app/api/chat/route.ts')
  for (const route of answeringRoutes) {
    expect(maxDurationOf(route)).toBe(seconds)
    expect(
      patterns.filter(([pattern]) => matchesGlob(route, pattern)).map(([, { maxDuration }]) => maxDuration),
    ).toEqual([seconds])
  }
})

test('every pattern matches a route and is valid for Vercel', () => {
  for (const [pattern] of patterns) {
    expect(routes.filter((route) => matchesGlob(route, pattern))).not.toEqual([])
    // Vercel treats brackets as a character set, not as a dynamic path segment.
    expect(pattern).not.toMatch(/[[\]]/)
  }
})

test('the sweep runs every minute at an existing route', () => {
  expect(vercel.crons).toEqual([{ path: '/api/cron/sweep', schedule: '* * * * *' }])
  for (const { path } of vercel.crons) expect(routes).toContain(`app${path}/route.ts`)
})
