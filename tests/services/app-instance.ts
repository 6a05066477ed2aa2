import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { findFreePort } from '@/scripts/launcher/free-port.mjs'

/**
 * A process of the production build, started as an operator would start it. It can be killed and restarted on its
 * port.
 */
export type AppInstance = {
  url: string
  host: string
  port: number
  /** The process id. It changes with a restart. */
  readonly pid: number
  readonly isRunning: boolean
  /** Sends SIGKILL, so that nothing is cleaned up. Resolves when the process has ended. */
  kill: () => Promise<void>
  /** Sends SIGTERM, so that the process drains. Resolves with the exit code. */
  terminate: () => Promise<number | null>
  /** Starts the process again, after a SIGKILL if it still runs. Resolves when it listens. */
  restart: () => Promise<void>
  /** Returns the standard output and error of all starts so far. */
  output: () => string
}

const server = join(import.meta.dirname, '..', '..', 'scripts', 'app-server.mjs')
const startTimeoutMs = 30_000

/** Starts a process on a free port. If another process takes the port first, the next free port is tried. */
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
      // The developer's environment variables must not reach the app.
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

/** Resolves when the process logs that it listens. */
function untilListening(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (failure: string | null) => {
      clearTimeout(timer)
      child.stdout?.off('data', readChunk)
      child.off('exit', onExit)
      if (failure === null) return resolve()
      child.kill('SIGKILL')
      reject(new Error(`${failure}\n${output()}`))
    }
    const readChunk = (chunk: Buffer) => {
      if (chunk.toString().includes('"msg":"listening"')) settle(null)
    }
    const onExit = (code: number | null) => settle(`The app ended with ${code} before it listened.`)
    const timer = setTimeout(() => settle(`The app did not listen within ${startTimeoutMs} ms.`), startTimeoutMs)
    child.stdout?.on('data', readChunk)
    child.once('exit', onExit)
  })
}
