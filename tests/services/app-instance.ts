import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { findFreePort } from '@/scripts/launcher/free-port.mjs'

/** One process of the production build, as an operator runs it. It can be killed and started again on its port. */
export type AppInstance = {
  url: string
  host: string
  port: number
  /** Of the process that runs now; another after a restart. */
  readonly pid: number
  readonly isRunning: boolean
  /** kill -9: no goodbye to anybody. Resolves when the process is gone. */
  kill: () => Promise<void>
  /** SIGTERM: drains. Resolves with the exit code. */
  terminate: () => Promise<number | null>
  /** Starts it again (after a kill -9 if it still runs). Resolves when it listens. */
  restart: () => Promise<void>
  /** Everything it has written to standard output and error since its first start. */
  output: () => string
}

const server = join(import.meta.dirname, '..', '..', 'scripts', 'app-server.mjs')
const startTimeoutMs = 30_000

/** Starts a process on some free port. Somebody else may be quicker with a port that was free just now: then another. */
export async function startAppInstance(env: Readonly<Record<string, string>>): Promise<AppInstance> {
  const taken = new Set<number>()
  for (;;) {
    const port = await findFreePort(undefined, taken)
    try {
      return await startOn(port, env)
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('EADDRINUSE'))) throw error
      taken.add(port)
    }
  }
}

async function startOn(port: number, env: Readonly<Record<string, string>>): Promise<AppInstance> {
  const host = '127.0.0.1'
  let output = ''
  let child = launch()
  const exited = () => child.exitCode !== null || child.signalCode !== null

  function launch(): ChildProcess {
    const started = spawn(process.execPath, [server], {
      // A clean environment: what the developer happens to have set must not reach the app.
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env, PORT: String(port), HOSTNAME: host } as never,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const collect = (chunk: Buffer) => {
      output += chunk.toString()
    }
    started.stdout?.on('data', collect)
    started.stderr?.on('data', collect)
    return started
  }
  const gone = async () => {
    if (!exited()) await new Promise((resolve) => child.once('exit', resolve))
  }
  const kill = async () => {
    child.kill('SIGKILL')
    await gone()
  }
  const killAtExit = () => child.kill('SIGKILL')
  process.once('exit', killAtExit)

  await untilListening(child, () => output)
  return {
    url: `http://${host}:${port}`,
    host,
    port,
    get pid() {
      return child.pid ?? -1
    },
    get isRunning() {
      return !exited()
    },
    kill,
    terminate: async () => {
      child.kill('SIGTERM')
      await gone()
      return child.exitCode
    },
    restart: async () => {
      if (!exited()) await kill()
      child = launch()
      await untilListening(child, () => output)
    },
    output: () => output,
  }
}

/** The process says so itself, in a log line. */
function untilListening(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (failure: string | null) => {
      clearTimeout(timer)
      child.stdout?.off('data', look)
      child.off('exit', onExit)
      if (failure === null) return resolve()
      child.kill('SIGKILL')
      reject(new Error(`${failure}\n${output()}`))
    }
    const look = (chunk: Buffer) => {
      if (chunk.toString().includes('"msg":"listening"')) settle(null)
    }
    const onExit = (code: number | null) => settle(`The app ended with ${code} before it listened.`)
    const timer = setTimeout(() => settle(`The app did not listen within ${startTimeoutMs} ms.`), startTimeoutMs)
    child.stdout?.on('data', look)
    child.once('exit', onExit)
  })
}
