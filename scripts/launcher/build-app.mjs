import { spawn } from 'node:child_process'
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { hashInputs, isBuildFresh, removeStamp, writeStamp } from './build-stamp.mjs'
import { LaunchError } from './launch-error.mjs'
import { takeLock } from './lock.mjs'
import { waitUntil } from './wait-until.mjs'

/**
 * Makes `.next/standalone`, complete. Only one build runs in a checkout at a time; whoever comes second waits, and then
 * uses the first one's result if nothing changed since.
 * @param {string} root
 * @param {object} [options]
 * @param {boolean} [options.force] build even when the last one is fresh
 * @param {(line: string) => void} [options.say]
 * @param {AbortSignal | undefined} [options.signal] ends a running build
 */
export async function buildApp(root, { force = false, say = () => {}, signal } = {}) {
  if (!force && isBuildFresh(root)) return
  const lockFile = join(root, '.goldfish', 'build.lock')
  let waited = false
  const lock = await waitUntil(
    () => {
      signal?.throwIfAborted()
      const taken = takeLock(lockFile)
      if (!taken.holder) return taken
      if (!waited) say(`Waiting for the build that process ${taken.holder.pid} is making`)
      waited = true
      return null
    },
    { timeoutMs: 15 * 60_000, everyMs: 200 },
  )
  if (!lock) throw new LaunchError('Another build of this checkout has not ended for 15 minutes.')
  try {
    if (waited && isBuildFresh(root)) return
    const inputs = hashInputs(root)
    removeStamp(root)
    if (!force) say('Build: none for these sources yet, making it (half a minute)')
    await runNextBuild(root, signal)
    completeStandalone(root)
    writeStamp(root, inputs)
  } finally {
    lock.release()
  }
}

/**
 * @param {string} root
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<void>}
 */
function runNextBuild(root, signal) {
  const next = join(root, 'node_modules', 'next', 'dist', 'bin', 'next')
  const env = { ...process.env, NODE_ENV: /** @type {const} */ ('production'), NEXT_TELEMETRY_DISABLED: '1' }
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: root,
    env,
    stdio: 'inherit',
    ...(signal && { signal }),
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      if (code === 0) resolve()
      else reject(new LaunchError(`next build failed (${signal ?? `exit code ${code}`}).`))
    })
  })
}

/** Next leaves these out of its standalone output, expecting a CDN. */
function completeStandalone(/** @type {string} */ root) {
  const standalone = join(root, '.next', 'standalone')
  if (!existsSync(join(standalone, 'server.js'))) {
    throw new LaunchError('The build is not where it is expected: is outputFileTracingRoot set to the checkout?')
  }
  cpSync(join(root, '.next', 'static'), join(standalone, '.next', 'static'), { recursive: true })
  if (existsSync(join(root, 'public'))) cpSync(join(root, 'public'), join(standalone, 'public'), { recursive: true })
  // Next copies .env files along. A process gets its settings from its environment, never from an image or an old build.
  for (const name of readdirSync(standalone)) if (name.startsWith('.env')) rmSync(join(standalone, name))
}
