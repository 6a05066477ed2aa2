import pg from 'pg'

const unknownDatabase = '3D000'

/**
 * Proves that the server answers to our password, and makes the database `goldfish` the first time.
 * @param {string} password
 * @param {number} port
 * @returns {Promise<string>} the database's URL
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
