import { Client } from 'pg'
import { runningGoldfish } from './running-goldfish'

/** Changes the sessions of a user as if they had begun two days ago, so that they are not fresh any more. */
export async function ageSessions(email: string): Promise<void> {
  const client = new Client({ connectionString: runningGoldfish().databaseUrl })
  await client.connect()
  try {
    await client.query(
      `update session set created_at = now() - interval '2 days' where user_id = (select id from "user" where email = $1)`,
      [email],
    )
  } finally {
    await client.end()
  }
}
