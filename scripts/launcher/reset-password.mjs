import { randomBytes } from 'node:crypto'
import { hashPassword } from 'better-auth/crypto'
import pg from 'pg'

/**
 * Gives a user a new random password and ends all their sessions, in one transaction.
 * @param {string} url of the database
 * @param {string} email
 * @returns {Promise<string | null>} the password; null when nobody signs in with a password under this address
 */
export async function resetPassword(url, email) {
  const password = randomBytes(15).toString('base64url')
  const hash = await hashPassword(password)
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('begin')
    const { rows } = await client.query(
      `update account set password = $2, updated_at = now() from "user"
       where account.user_id = "user".id and account.provider_id = 'credential' and lower("user".email) = lower($1)
       returning account.user_id`,
      [email, hash],
    )
    const userId = rows[0]?.user_id
    if (userId) await client.query('delete from session where user_id = $1', [userId])
    await client.query('commit')
    return userId ? password : null
  } finally {
    await client.end()
  }
}
