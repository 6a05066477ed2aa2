import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { findFreePort, firstEphemeralPort, isPortFree } from '../../scripts/launcher/free-port.mjs'

async function listenOn(port: number, host: string): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ port, host }, resolve))
  onTestFinished(() => void server.close())
}

test.each(['127.0.0.1', '0.0.0.0'])('a port that somebody listens on at %s is passed over', async (host) => {
  const port = await findFreePort()
  await listenOn(port, host)
  expect(await isPortFree(port)).toBe(false)
  expect(await findFreePort(port)).toBeGreaterThan(port)
})

test('a promised port is passed over, and none is taken from the ephemeral range', async () => {
  const port = await findFreePort()
  expect(await findFreePort(port, new Set([port]))).not.toBe(port)
  expect(await findFreePort(firstEphemeralPort - 1, new Set([firstEphemeralPort - 1]))).toBeLessThan(firstEphemeralPort)
})
