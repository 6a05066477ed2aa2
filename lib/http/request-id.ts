import { v7 } from 'uuid'

export const requestIdHeader = 'x-request-id'

/** The caller's own id when it is harmless in a log and a header, else a new one. */
export function requestIdOf(headers: Headers): string {
  const given = headers.get(requestIdHeader)
  return given && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : v7()
}
