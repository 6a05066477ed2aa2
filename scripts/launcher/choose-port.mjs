import { findFreePort, isPortFree } from './free-port.mjs'
import { LaunchError } from './launch-error.mjs'

/**
 * Returns the port to serve on: PORT if it is set, otherwise 3000 or the next free port. Throws if PORT is not free.
 * @param {string | undefined} wanted
 */
export async function choosePort(wanted) {
  if (!wanted) return findFreePort(3000)
  const port = Number(wanted)
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new LaunchError('PORT must be a number from 1 to 65535.')
  if (await isPortFree(port)) return port
  throw new LaunchError(
    `Port ${port} is used by another program. Set PORT to a free port, or unset it to use the next free one.`,
  )
}
