import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const scripts = join(import.meta.dirname, '..', '..', 'scripts')

export type Running = { child: ChildProcess; firstLine: Promise<string>; end: Promise<number | null> }

/**
 * Runs source code in a new process, which is killed when the test ends. `scripts/` in
 * an import is the scripts folder.
 */
export function runModule(source: string): Running {
  const code = source.replaceAll("'scripts/", `'${scripts}/`)
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let text = ''
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      text += String(chunk)
      const [line, rest] = text.split('\n', 2)
      if (rest !== undefined) resolve(String(line))
    })
    child.once('exit', (code) => reject(new Error(`exited with ${code} before it printed a line`)))
  })
  firstLine.catch(() => {})
  return { child, firstLine, end: new Promise((resolve) => child.once('exit', resolve)) }
}
