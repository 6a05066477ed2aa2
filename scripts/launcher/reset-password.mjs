import { randomBytes } from 'node:crypto'
import { hashPassword } from 'better-auth/crypto'
import pg from 'pg'

/**
 * Gives a user a new random password and ends all their sessions, API keys and mailed tokens, in one transaction.
 * The app's reset does the same (lib/auth/credential-plugin.ts).
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
    // Locks the user first, as the app does, so that a key that is created at the same time is deleted here or finds
    // its session gone. The epoch makes answers in the user's own cache unreachable.
    const { rows } = await client.query(
      `update "user" set cache_epoch = cache_epoch + 1
       where lower(email) = lower($1)
         and exists (select from account where user_id = "user".id and provider_id = 'credential')
       returning id`,
      [email],
    )
    const userId = rows[0]?.id
    if (userId) {
      await client.query(
        `update account set password = $2, updated_at = now() where user_id = $1 and provider_id = 'credential'`,
        [userId, hash],
      )
      await client.query('delete from session where user_id = $1', [userId])
      await client.query('delete from apikey where reference_id = $1', [userId])
      await client.query('delete from verification where value = $1', [userId])
    }
    await client.query('commit')
    return userId ? password : null
  } finally {
    await client.end()
  }
}
