import { randomUUID } from 'node:crypto'
import { Client } from 'pg'

/**
 * Writes a conversation of this many messages to the database, because sending them would take too long. Their texts
 * are `Question 1`, `Answer 2` and so on. Each answer has some more lines, so that heights differ. `messageId`
 * returns the id of the n-th message, counted from 1. Questions have odd numbers, answers even ones.
 * @param {string} databaseUrl
 * @param {string} email the email address of the conversation's owner
 * @param {number} messages
 */
export async function storeChat(databaseUrl, email, messages) {
  const conversationId = randomUUID()
  const mark = conversationId.slice(0, 24)
  const messageId = (/** @type {number} */ n) => mark + n.toString(16).padStart(12, '0')
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query('select id from "user" where email = $1', [email])
    const userId = rows[0]?.id
    await client.query(
      `insert into conversation (user_id, id, title, last_seq, active_leaf_id) values ($1, $2, 'Stored', $3, $4)`,
      [userId, conversationId, messages, messageId(messages)],
    )
    await client.query(
      `insert into message (user_id, id, conversation_id, parent_id, turn_id, role, seq, status, parts, context_tokens)
      select $1, ($2 || lpad(to_hex(n), 12, '0'))::uuid, $3, case when n > 1 then ($2 || lpad(to_hex(n - 1), 12, '0'))::uuid end,
        ($2 || lpad(to_hex((n + 1) / 2), 12, '0'))::uuid, case n % 2 when 1 then 'user' else 'assistant' end, n, 'complete',
        jsonb_build_array(jsonb_build_object('type', 'text', 'text', case n % 2
          when 1 then 'Question ' || n
          else 'Answer ' || n || E'\\n\\n' || repeat(E'- a **line** more\\n', n / 2 % 7) || E'\\n\`\`\`js\\nconst n = ' || n || E'\\n\`\`\`'
        end)), n * 20
      from generate_series(1, $4::int) n`,
      [userId, mark, conversationId, messages],
    )
  } finally {
    await client.end()
  }
  return { path: `/c/${conversationId}`, messageId }
}
