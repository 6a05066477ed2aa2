import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { startPostgres } from '../../scripts/launcher/embedded-postgres.mjs'
import { isAlive } from '../../scripts/launcher/process-identity.mjs'
import { runModule } from './run-module'
import { scratchDirectory } from './scratch'

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/**
 * Deletes the durable cluster after the test, which for root is stored outside `dataDir`. The cluster is started again
 * as one that is not durable, because only such a cluster deletes its files when it stops.
 */
function deleteAfterwards(dataDir: string): void {
  onTestFinished(async () => (await startPostgres({ dataDir, durable: false })).stop())
}

test('Postgres keeps its data after a restart and after its launcher was killed', async () => {
  const dataDir = scratchDirectory()
  deleteAfterwards(dataDir)
  const first = await startPostgres({ dataDir })
  await query(first.url, `create table kept (word text); insert into kept values ('one')`)
  await first.stop()
  expect(isAlive(first.pid)).toBe(false)

  const killed = runModule(`
    import { startPostgres } from 'scripts/launcher/embedded-postgres.mjs'
    console.log(JSON.stringify(await startPostgres({ dataDir: ${JSON.stringify(dataDir)} })))
    process.stdin.resume()
  `)
  const second = JSON.parse(await killed.firstLine)
  await query(second.url, `insert into kept values ('two')`)
  killed.child.kill('SIGKILL')
  await killed.end
  expect(isAlive(second.pid)).toBe(true)

  const third = await startPostgres({ dataDir })
  expect(third).toMatchObject({ reused: true, pid: second.pid, port: second.port })
  expect(await query(third.url, 'select word from kept order by word')).toEqual([{ word: 'one' }, { word: 'two' }])
  await third.stop()
  expect(isAlive(third.pid)).toBe(false)
})

test('Postgres requires a password, listens only on 127.0.0.1, and uses its built-in collation', async () => {
  const dataDir = scratchDirectory()
  const postgres = await startPostgres({ dataDir, durable: false })
  onTestFinished(() => postgres.stop())
  expect(statSync(join(dataDir, 'secrets', 'postgres-password')).mode & 0o777).toBe(0o600)

  const wrong = postgres.url.replace(/:[0-9a-f]+@/, ':wrong@')
  await expect(query(wrong, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  const settings = await query(
    postgres.url,
    `select name, setting from pg_settings where name in
     ('listen_addresses', 'unix_socket_directories', 'password_encryption', 'max_connections', 'fsync') order by name`,
  )
  expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
    fsync: 'off',
    listen_addresses: '127.0.0.1',
    max_connections: '200',
    password_encryption: 'scram-sha-256',
    unix_socket_directories: '',
  })
  expect(await query(postgres.url, `select datlocale, upper('ß'), lower('ÄÉ') from pg_database limit 1`)).toEqual([
    { datlocale: 'C.UTF-8', upper: 'ß', lower: 'äé' },
  ])
})

test('deletes a cluster that is not durable when it stops', async () => {
  const dataDir = scratchDirectory()
  const postgres = await startPostgres({ dataDir, durable: false })
  const [row] = await query(postgres.url, 'show data_directory')
  expect(existsSync(String(row?.data_directory))).toBe(true)
  await postgres.stop()
  expect(existsSync(String(row?.data_directory))).toBe(false)
})
