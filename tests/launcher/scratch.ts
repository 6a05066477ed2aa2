import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A directory of this test alone, gone when it ends. As everywhere below the system's own, other users cannot enter. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'goldfish-launcher-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
