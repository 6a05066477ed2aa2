import { expect, test } from 'vitest'
import { z } from 'zod'
import { defineTool } from '@/lib/tool'
import { openToolKit } from './tool-kit'

const tool = (name: string, description = 'Does it.', input = z.strictObject({ id: z.guid() }) as z.ZodObject) =>
  defineTool({ name, title: name, description, input, effect: 'reads', scope: 'chat', run: async () => ({}) })

test('describes the same tools with the same bytes in any order', () => {
  expect(openToolKit([tool('b'), tool('a')])).toMatchObject({ version: openToolKit([tool('a'), tool('b')]).version })
  expect(Object.keys(openToolKit([tool('b'), tool('a')]).set)).toEqual(['a', 'b'])
})

test('changes the version with every name, description and argument, so that no outdated answer is served', () => {
  const versions = [
    [tool('a')],
    [tool('b')],
    [tool('a'), tool('b')],
    [tool('a', 'Does something else.')],
    [tool('a', 'Does it.', z.strictObject({ id: z.guid().optional() }))],
  ].map((tools) => openToolKit(tools).version)
  expect(new Set(versions).size).toBe(5)
})

test('removes patterns from the schemas and contains no function that could run a tool', () => {
  const { set, text } = openToolKit([
    tool('a', 'Does it.', z.strictObject({ id: z.guid(), name: z.string().regex(/^\p{L}$/u) })),
  ])
  expect(text).not.toContain('pattern')
  expect(set.a).not.toHaveProperty('execute')
})
