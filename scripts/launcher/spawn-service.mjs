import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { bareEnvironment } from './bare-environment.mjs'

/**
 * @typedef {object} Service
 * @property {number | undefined} pid Undefined if it could not be started
 * @property {() => boolean} hasEnded
 */

/**
 * Starts a third-party server in its own process group, because a Ctrl-C in the terminal must not reach it before the
 * app. Its output is written to a file: a pipe would break if the launcher is killed.
 * @param {string} path
 * @param {string[]} args
 * @param {object} options
 * @param {string} options.log Is overwritten
 * @param {string} [options.input] Standard input; secrets belong here, because every user of the machine can read
 *   arguments
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
