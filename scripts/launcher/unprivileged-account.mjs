import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Returns the user that Postgres should run as if this process runs as root, which Postgres refuses: the system's
 * `postgres` user if it exists, otherwise an account without privileges.
 * @returns {{ uid: number, gid: number } | null} Null if this process does not run as root
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
 * Returns whether every user can reach this path. One parent directory with mode 0700 is enough to block other users.
 * @param {string} path
 */
export function isReachableByAll(path) {
  for (let at = path; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}
