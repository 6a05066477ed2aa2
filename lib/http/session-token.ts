/**
 * The session token that a request claims, unverified: the part before the signature, from the bearer or the cookie.
 * Good for reading beside the session query; what was read counts only if the session turns out to hold.
 */
export function claimedSessionToken(headers: Headers, cookieName: string): string | null {
  const [scheme, bearer] = (headers.get('authorization') ?? '').split(' ')
  const signed = scheme?.toLowerCase() === 'bearer' ? bearer : cookieValue(headers.get('cookie') ?? '', cookieName)
  const token = signed?.split('.')[0]
  return token && /^[A-Za-z0-9_-]{1,256}$/.test(token) ? token : null
}

function cookieValue(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [key, ...value] = pair.trim().split('=')
    if (key === name) return value.join('=')
  }
  return undefined
}
