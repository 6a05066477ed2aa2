import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { bareEnvironment } from './bare-environment.mjs'

/**
 * @typedef {object} Service
 * @property {number | undefined} pid undefined when it could not even be started
 * @property {() => boolean} hasEnded
 */

/**
 * Starts a server of somebody else's in a process group of its own: the terminal's Ctrl-C must reach the app first. Its
 * output goes to a file and not into a pipe, which would break when the launcher is killed.
 * @param {string} path
 * @param {string[]} args
 * @param {object} options
 * @param {string} options.log overwritten
 * @param {string} [options.input] for its standard input: arguments can be read by every user of the machine
 * @param {Record<string, string>} [options.env]
 * @param {{ uid: number, gid: number } | null} [options.account]
 * @param {string} [options.cwd]
 * @returns {Service}
 */
export function spawnService(path, args, { log, input = '', env = {}, account = null, cwd = '/' }) {
  const output = openSync(log, 'w', 0o600)
  const child = spawn(path, args, {
    ...account,
    cwd,
    env: bareEnvironment(env),
    stdio: ['pipe', output, output],
    detached: true,
  })
  closeSync(output)
  let ended = false
  child.once('exit', () => {
    ended = true
  })
  child.once('error', () => {
    ended = true
  })
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  child.unref()
  return { pid: child.pid, hasEnded: () => ended }
}
