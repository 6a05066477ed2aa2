import { type ExecFileException, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { v7 } from 'uuid'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { buildApp } from '@/scripts/launcher/build-app.mjs'
import { findFreePort } from '@/scripts/launcher/free-port.mjs'
import { isReachableByAll, unprivilegedAccount } from '@/scripts/launcher/unprivileged-account.mjs'
import { signUp } from '@/tests/integration/chat-client'
import { createDatabase, runningServices, urlOfDatabase } from '@/tests/services/services'
import { assembleImage, type Image } from './assemble-image'
import { root } from './repository'

/* These tests run only the files of the image, as a user without write permission. */

let image: Image
beforeAll(async () => {
  if (process.env.GOLDFISH_TEST_BUILT !== '1') await buildApp(root)
  image = await assembleImage()
})
afterAll(() => rmSync(image.directory, { recursive: true, force: true }))

/** An unprivileged account if the tests run as root and other users can execute Node; otherwise null. */
const account = isReachableByAll(process.execPath) ? unprivilegedAccount() : null

const environment = (own: Record<string, string>) => ({
  ...image.env,
  NODE_COMPILE_CACHE: join(image.directory, 'no', 'such', 'folder'),
  ...own,
})

/** Runs a command of the image until it ends. */
function runInImage([, ...args]: readonly string[], own: Record<string, string>) {
  const options = { cwd: image.app, env: environment(own) as never, ...account }
  return new Promise<{ code: number; output: string }>((resolve) => {
    execFile(process.execPath, args, options, (error: ExecFileException | null, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    )
  })
}

async function emptyDatabase(): Promise<string> {
  const name = `image_${randomBytes(6).toString('hex')}`
  const client = new Client({ connectionString: runningServices().postgresUrl })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return urlOfDatabase(runningServices().postgresUrl, name)
}

test('the image migrates an empty database and changes nothing the second time', async () => {
  const migrate = { DATABASE_URL: await emptyDatabase() }
  const command = ['node', 'scripts/migrate.mjs']
  expect(await runInImage(command, migrate)).toMatchObject({ code: 0, output: expect.stringContaining('applied') })
  expect(await runInImage(command, migrate)).toEqual({ code: 0, output: 'The database is up to date.\n' })
})

test('the image with local embeddings can load the model runtime from the folder of the app', async () => {
  const larger = await assembleImage({ localEmbeddings: true })
  onTestFinished(() => rmSync(larger.directory, { recursive: true, force: true }))
  const packages = larger.files().filter((file) => /^node_modules\/[^/]+$/.test(file))
  expect(packages).toContain(join('node_modules', 'onnxruntime-node'))
  // These are the builds for browsers (140 MB) and for other systems (250 MB).
  expect(packages).not.toContain(join('node_modules', 'onnxruntime-web'))
  const native = larger.files().filter((file) => file.endsWith('onnxruntime_binding.node'))
  expect(native).toEqual([expect.stringContaining(join(process.platform, process.arch))])

  // The app's bundles import the package in this way, from their own folder.
  const source = `import('@huggingface/transformers').then(({ pipeline }) => process.stdout.write(typeof pipeline))`
  const run = (from: Image) => {
    const cwd = join(from.app, '.next', 'standalone', '.next', 'server')
    const options = { cwd, env: { PATH: process.env.PATH ?? '', NODE_ENV: 'production' as const } }
    return new Promise<string>((resolve) => {
      execFile(process.execPath, ['--input-type=module', '-e', source], options, (_error, stdout) => resolve(stdout))
    })
  }
  expect(await run(larger)).toBe('function')
  expect(await run(image)).toBe('')
})

test('the image serves requests, reports its health, writes nothing, and stops on SIGTERM', async () => {
  const before = image.files()
  const port = await findFreePort()
  const address = { PORT: String(port), HOSTNAME: '127.0.0.1' }
  const isHealthy = async () => (await runInImage(image.health, address)).code === 0
  expect(await isHealthy()).toBe(false)

  const settings = {
    ...address,
    DATABASE_URL: await createDatabase(),
    BETTER_AUTH_SECRET: randomBytes(32).toString('base64'),
    BETTER_AUTH_URL: `http://127.0.0.1:${port}`,
    CHAT_MODEL: 'offline',
    LOG_LEVEL: 'warn',
    DRAIN_SECONDS: '1',
  }
  const [, ...args] = image.command
  const options = { cwd: image.app, env: environment(settings) as never, ...account }
  const child = spawn(process.execPath, args, { ...options, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  await expect.poll(isHealthy, { timeout: 20_000, interval: 200 }).toBe(true)

  const ready = await fetch(`http://127.0.0.1:${port}/api/health/ready`)
  expect(ready.status).toBe(200)
  const page = await fetch(`http://127.0.0.1:${port}/sign-in`)
  const [, asset] = /src="(\/_next\/static\/[^"]+\.js)"/.exec(await page.text()) ?? []
  expect((await fetch(`http://127.0.0.1:${port}${asset}`)).status).toBe(200)

  // The body is larger than 64 KiB, so the conversation is parsed in a worker thread, whose bundle must be part of
  // the image.
  const { fetch: fetchAs } = await signUp(`http://127.0.0.1:${port}`)
  const question = { id: v7(), parentId: null, role: 'user', parts: [{ type: 'text', text: 'word '.repeat(20_000) }] }
  const body = JSON.stringify([{ id: v7(), title: 'Large', messages: [question] }])
  const headers = { 'content-type': 'application/json' }
  const imported = await fetchAs('/api/conversations/import', { method: 'POST', headers, body })
  expect(await imported.json()).toMatchObject({ imported: 1, failedCount: 0 })

  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(await isHealthy()).toBe(false)
  expect(image.files()).toEqual(before)
})
