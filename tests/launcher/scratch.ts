import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Creates a directory for one test, which will be deleted afterwards. Other users have no access to it. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'goldfish-launcher-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
