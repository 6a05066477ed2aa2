import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Returns the content of a file that only this user may read, and creates the file if it does not exist.
 * Two processes that create it at the same time get the same content: a hard link creates the complete
 * file, and the slower process reads it.
 * @param {string} file
 * @param {() => string} make
 */
export function secretFile(file, make) {
  return read(file) ?? create(file, make)
}

function read(/** @type {string} */ file) {
  try {
    return readFileSync(file, 'utf8').trim() || null
  } catch {
    return null
  }
}

/**
 * @param {string} file
 * @param {() => string} make
 */
function create(file, make) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`
  writeFileSync(draft, `${make()}\n`, { mode: 0o600, flag: 'wx' })
  try {
    linkSync(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(draft, { force: true })
  }
  const content = read(file)
  if (content === null) throw new Error(`${file} is empty. Delete the file and start again.`)
  return content
}
