const schemes = new Set(['http:', 'https:', 'mailto:'])

/**
 * Returns the address that a link may open, or null. The address must be absolute, because a relative one would link
 * into our own site. It must not contain credentials, because `https://bank.example@evil.example` looks like another
 * host.
 */
export function safeHref(href: string): string | null {
  const parsed = URL.canParse(href) ? new URL(href) : null
  if (parsed === null || !schemes.has(parsed.protocol)) return null
  return parsed.username === '' && parsed.password === '' ? parsed.href : null
}
