import { spawn } from 'node:child_process'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')

/** @typedef {{ code: number | null, timedOut: boolean }} Ended */

/**
 * Runs a command with its output passed through. The command has no standard input, so it must not prompt. After
 * `timeoutMs` the command and its children are ended, so that a runner that hangs counts as a failure.
 * @param {string} command A name in node_modules/.bin, or a path
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, timeoutMs: number, quiet?: boolean }} options
 * @returns {Promise<Ended>}
 */
export function runCommand(command, args, { env = {}, timeoutMs, quiet = false }) {
  const bin = join(root, 'node_modules', '.bin')
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, NEXT_TELEMETRY_DISABLED: '1', ...env },
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'],
    // The command leads its own process group, so that its children will be ended with it.
    detached: true,
  })
  return new Promise((resolve) => {
    let timedOut = false
    const end = (/** @type {NodeJS.Signals} */ signal) => {
      try {
        if (child.pid) process.kill(-child.pid, signal)
      } catch {
        // The process group has already ended.
      }
    }
    const timeout = setTimeout(() => {
      timedOut = true
      end('SIGTERM')
      setTimeout(() => end('SIGKILL'), 5_000).unref()
    }, timeoutMs)
    const interrupt = (/** @type {NodeJS.Signals} */ signal) => {
      end(signal)
      process.exit(130)
    }
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
    const settle = (/** @type {number | null} */ code) => {
      clearTimeout(timeout)
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt)
      resolve({ code, timedOut })
    }
    child.once('error', () => settle(null))
    child.once('close', settle)
  })
}
