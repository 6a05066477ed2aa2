import { expect, test } from 'vitest'
import { testChat } from '@/tests/services/test-chat'
import { testDatabase } from '@/tests/services/test-database'

const chat = await testChat(await testDatabase())

test('sends one prompt cache key per conversation, which differs for other users', async () => {
  const [ada, eve] = [await chat.chatter(), await chat.chatter()]
  for (const { context } of [ada, eve]) context.model = { ...context.model, prefixHints: () => 'openai' }
  // Both users have a conversation with the same id, because clients choose these ids.
  const { conversationId } = ada
  for (const [person, text] of [
    [ada, 'One?'],
    [ada, 'Two?'],
    [eve, 'One?'],
  ] as const)
    expect(await person.send(text, { conversationId })).toMatchObject({ status: 200, error: null })
  const keys = chat.stub.log().map(({ body }) => (JSON.parse(body) as { prompt_cache_key?: string }).prompt_cache_key)
  expect(keys).toHaveLength(3)
  expect(keys[0]).toMatch(/^[\w-]{20,64}$/)
  expect(keys[1]).toBe(keys[0])
  expect(keys[2]).not.toBe(keys[0])
})
