import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const scripts = join(import.meta.dirname, '..', '..', 'scripts')

export type Running = { child: ChildProcess; firstLine: Promise<string>; end: Promise<number | null> }

/** Runs a few lines in a process of their own; `scripts/` in an import means ours. Killed when the test ends. */
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
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it said anything`)))
  })
  firstLine.catch(() => {})
  return { child, firstLine, end: new Promise((resolve) => child.once('exit', resolve)) }
}
