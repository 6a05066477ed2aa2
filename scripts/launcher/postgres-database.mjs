import pg from 'pg'

const unknownDatabase = '3D000'

/**
 * Connects with our password and creates the database `goldfish` if it does not exist. Throws if the server rejects
 * the password or does not respond.
 * @param {string} password
 * @param {number} port
 * @returns {Promise<string>} The URL of the database
 */
export async function openDatabase(password, port) {
  const url = (/** @type {string} */ database) => `postgres://goldfish:${password}@127.0.0.1:${port}/${database}`
  try {
    await run(url('goldfish'), 'select 1')
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === unknownDatabase)) throw error
    await run(url('postgres'), 'create database goldfish')
  }
  return url('goldfish')
}

/**
 * @param {string} connectionString
 * @param {string} statement
 */
async function run(connectionString, statement) {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000, query_timeout: 10_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
