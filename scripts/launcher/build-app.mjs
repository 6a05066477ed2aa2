import { spawn } from 'node:child_process'
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { hashInputs, isBuildFresh, removeStamp, writeStamp } from './build-stamp.mjs'
import { LaunchError } from './launch-error.mjs'
import { acquireLock } from './lock.mjs'
import { waitUntil } from './wait-until.mjs'

/**
 * Makes the complete production build in `.next/standalone`. Only one build runs in a checkout at a time. A second
 * caller waits and uses the result of the first, unless the sources have changed since.
 * @param {string} root
 * @param {object} [options]
 * @param {boolean} [options.force] Build even if the last build is fresh
 * @param {(line: string) => void} [options.print]
 * @param {AbortSignal | undefined} [options.signal] Ends a running build
 */
export async function buildApp(root, { force = false, print = () => {}, signal } = {}) {
  if (!force && isBuildFresh(root)) return
  const lockFile = join(root, '.goldfish', 'build.lock')
  let waited = false
  const lock = await waitUntil(
    () => {
      signal?.throwIfAborted()
      const attempt = acquireLock(lockFile)
      if (!attempt.holder) return attempt
      if (!waited) print(`Build: waiting for process ${attempt.holder.pid}, which is already building`)
      waited = true
      return null
    },
    { timeoutMs: 15 * 60_000, everyMs: 200 },
  )
  if (!lock)
    throw new LaunchError('Another process has been building this checkout for 15 minutes. End it and start again.')
  try {
    if (waited && isBuildFresh(root)) return
    const inputs = hashInputs(root)
    removeStamp(root)
    if (!force) print('Build: making the production build of these sources (about half a minute)')
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

/** Copies the static files, which Next leaves out of its standalone output because it expects a CDN to serve them. */
function completeStandalone(/** @type {string} */ root) {
  const standalone = join(root, '.next', 'standalone')
  if (!existsSync(join(standalone, 'server.js'))) {
    throw new LaunchError('The build is not in .next/standalone. Is outputFileTracingRoot set to the checkout?')
  }
  cpSync(join(root, '.next', 'static'), join(standalone, '.next', 'static'), { recursive: true })
  if (existsSync(join(root, 'public'))) cpSync(join(root, 'public'), join(standalone, 'public'), { recursive: true })
  // Next copies .env files into the build. They are removed, because settings must come from the environment of a
  // process and never from an image or an old build.
  for (const name of readdirSync(standalone)) if (name.startsWith('.env')) rmSync(join(standalone, name))
}
