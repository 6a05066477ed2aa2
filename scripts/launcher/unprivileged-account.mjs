import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Postgres refuses to run as root. As root it is started under the system's `postgres` user where there is one, else
 * `nobody`.
 * @returns {{ uid: number, gid: number } | null} null when we are not root, and so can run it ourselves
 */
export function unprivilegedAccount() {
  if (process.getuid?.() !== 0) return null
  return accountNamed('postgres') ?? accountNamed('nobody') ?? { uid: 65_534, gid: 65_534 }
}

function accountNamed(/** @type {string} */ name) {
  const line = passwd().find((entry) => entry.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return Number(uid) > 0 ? { uid: Number(uid), gid: Number(gid) } : null
}

function passwd() {
  try {
    return readFileSync('/etc/passwd', 'utf8').split('\n')
  } catch {
    return []
  }
}

/**
 * Whether everybody may walk down to this path: one 0700 home above it and another user reaches nothing in it.
 * @param {string} path
 */
export function isReachableByAll(path) {
  for (let at = path; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}
