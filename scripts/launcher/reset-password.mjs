import { randomBytes } from 'node:crypto'
import { hashPassword } from 'better-auth/crypto'
import pg from 'pg'

/**
 * Sets a new random password for a user and deletes all their sessions, API keys and mailed tokens, in one
 * transaction. The app's own reset does the same (lib/auth/credential-plugin.ts).
 * @param {string} url URL of the database
 * @param {string} email
 * @returns {Promise<string | null>} The password, or null if no user signs in with a password and this address
 */
export async function resetPassword(url, email) {
  const password = randomBytes(15).toString('base64url')
  const hash = await hashPassword(password)
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('begin')
    // The user must be locked first, as the app does, so that an API key that is created at the same
    // time is either deleted here or fails because its session is gone. The new epoch makes answers in
    // the user's own cache unreachable.
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
