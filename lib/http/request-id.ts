import { v7 } from 'uuid'

export const requestIdHeader = 'x-request-id'

/** Returns the client's own request id if it is safe in a log and a header, otherwise a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get(requestIdHeader)
  return given && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : v7()
}
