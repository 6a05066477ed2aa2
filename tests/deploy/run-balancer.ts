import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Program } from './find-program'

/**
 * Starts the balancer and waits until it listens. Returns a function that stops it. Throws if the balancer exits
 * first.
 */
export async function runBalancer(
  { path, env }: Program,
  args: readonly string[],
  port: number,
): Promise<() => Promise<void>> {
  const child = spawn(path, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
  const killAtExit = () => child.kill('SIGKILL')
  process.once('exit', killAtExit)
  while (!(await accepts(port))) if (hasEnded(child)) throw new Error(`The balancer did not start:\n${output}`)
  return async () => {
    process.off('exit', killAtExit)
    if (hasEnded(child)) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null

/**
 * Returns whether the port accepts connections. After a refusal it waits 20 ms, so that polling does not occupy the
 * CPU.
 */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => setTimeout(() => resolve(false), 20))
  })
}
