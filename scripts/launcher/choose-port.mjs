import { findFreePort, isPortFree } from './free-port.mjs'
import { LaunchError } from './launch-error.mjs'

/**
 * The port that people open: PORT and no other if it is set, else 3000 or the next free one.
 * @param {string | undefined} wanted
 */
export async function choosePort(wanted) {
  if (!wanted) return findFreePort(3000)
  const port = Number(wanted)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new LaunchError('PORT must be a number from 1 to 65535.')
  if (await isPortFree(port)) return port
  throw new LaunchError(
    `Port ${port} is taken by another program. Set PORT to a free one, or to none for the next free.`,
  )
}
