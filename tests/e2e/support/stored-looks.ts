import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { runningGoldfish } from './running-goldfish'

/** The fixed current time of the screenshots. All stored times are relative to it. */
export const looksNow = new Date('2026-03-12T10:30:00Z')
const ago = (days: number, minutes = 0) => new Date(looksNow.getTime() - days * 86_400_000 - minutes * 60_000)

type Turn = { question: string; answer: string; cachedSeconds?: number }

const rich = `High water follows the **Moon**, not the clock: each day it comes about *50 minutes later*.

1. The Moon pulls the near side of the sea more than the far side.
2. The Earth turns below two bulges, so most coasts have two tides a day.

| Moon | Tide | Range |
|---|---|---:|
| new, full | spring | 5.2 m |
| quarters | neap | 2.1 m |

The pull falls with the cube of the distance, \\(F = \\frac{2GMr}{d^3}\\), which is why the Sun counts for less.

\`\`\`python
def high_water(first, day):
    return first + day * 50  # minutes
\`\`\`

> Ask again when the Moon is full.`

const arabic = `يتبع المدّ **القمر** لا الساعة: يتأخر كل يوم نحو \`50\` دقيقة.

- يجذب القمر الجانب القريب من البحر أكثر من الجانب البعيد.
- تدور الأرض تحت انتفاخين، فيحدث مدّان في اليوم.

\`\`\`python
def high_water(first, day):
    return first + day * 50
\`\`\``

const chats: readonly { title: string; at: Date; pinned?: boolean; turns: readonly Turn[] }[] = [
  {
    title: 'Why tides are late',
    at: ago(0, 5),
    turns: [
      { question: 'Hello there', answer: 'Hello! What would you like to know?' },
      { question: 'Why does the tide come later every day?', answer: rich, cachedSeconds: 300 },
    ],
  },
  {
    title: 'لماذا يتأخر المدّ',
    at: ago(0, 40),
    turns: [{ question: 'لماذا يتأخر المدّ كل يوم؟', answer: arabic, cachedSeconds: 300 }],
  },
  { title: 'Books for the summer', at: ago(3), pinned: true, turns: [] },
  { title: 'Rye bread without a scale', at: ago(1), turns: [] },
  { title: 'A title so long that no sidebar has room for the whole of it', at: ago(1, 90), turns: [] },
  { title: 'Planting calendar', at: ago(4), turns: [] },
  { title: 'Letter to the landlord', at: ago(40), turns: [] },
]

/**
 * Stores the data for the screenshots: chats with fixed titles, texts and times. All visible ids and numbers are
 * fixed, too. Returns the paths of the pages to open.
 */
export async function storeLooks(email: string): Promise<{ rich: string; arabic: string; shared: string }> {
  const client = new Client({ connectionString: runningGoldfish().databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query('select id from "user" where email = $1', [email])
    const userId = rows[0]?.id
    const ids: string[] = []
    for (const { title, at, pinned = false, turns } of chats) {
      const id = randomUUID()
      ids.push(id)
      const messages = turns.flatMap(({ question, answer, cachedSeconds }) => {
        const turnId = randomUUID()
        const cache = cachedSeconds === undefined ? null : hit(cachedSeconds)
        return [
          { id: randomUUID(), turnId, role: 'user', text: question, cache: null },
          { id: randomUUID(), turnId, role: 'assistant', text: answer, cache },
        ]
      })
      await client.query(
        `insert into conversation (user_id, id, title, titled_by, pinned, created_at, updated_at, last_seq, active_leaf_id)
        values ($1, $2, $3, 'user', $4, $5, $5, $6, $7)`,
        [userId, id, title, pinned, at, messages.length, messages.at(-1)?.id ?? null],
      )
      for (const [index, message] of messages.entries())
        await client.query(
          `insert into message (user_id, id, conversation_id, parent_id, turn_id, role, seq, status, parts, context_tokens, cache, model, created_at)
          values ($1, $2, $3, $4, $5, $6, $7, 'complete', $8, 1, $9, 'stub-model', $10)`,
          [
            userId,
            message.id,
            id,
            messages[index - 1]?.id ?? null,
            message.turnId,
            message.role,
            index + 1,
            JSON.stringify([{ type: 'text', text: message.text }]),
            message.cache === null ? null : JSON.stringify(message.cache),
            at,
          ],
        )
    }
    const shareId = randomUUID().replaceAll('-', '').slice(0, 24)
    const shown = (chats[0]?.turns ?? []).flatMap(({ question, answer }) => [
      { role: 'user', text: question },
      { role: 'assistant', text: answer },
    ])
    await client.query(
      `insert into shared_conversation (share_id, user_id, conversation_id, title, messages, created_at)
      values ($1, $2, $3, $4, $5, $6)`,
      [shareId, userId, ids[0], chats[0]?.title, JSON.stringify(shown), ago(0)],
    )
    return { rich: `/c/${ids[0]}`, arabic: `/c/${ids[1]}`, shared: `/s/${shareId}` }
  } finally {
    await client.end()
  }
}

const hit = (ageSeconds: number) => ({
  status: 'hit',
  layer: 'exact',
  similarity: null,
  ageSeconds,
  savedMs: 1200,
  savedUsd: 0.002,
})
