import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { findFreePort, firstEphemeralPort, isPortFree } from '../../scripts/launcher/free-port.mjs'

async function listenOn(port: number, host: string): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ port, host }, resolve))
  onTestFinished(() => void server.close())
}

test.each(['127.0.0.1', '0.0.0.0'])('skips a port that is in use on %s', async (host) => {
  const port = await findFreePort()
  await listenOn(port, host)
  expect(await isPortFree(port)).toBe(false)
  expect(await findFreePort(port)).toBeGreaterThan(port)
})

test('skips the given ports and the ephemeral range', async () => {
  const port = await findFreePort()
  expect(await findFreePort(port, new Set([port]))).not.toBe(port)
  expect(await findFreePort(firstEphemeralPort - 1, new Set([firstEphemeralPort - 1]))).toBeLessThan(firstEphemeralPort)
})
