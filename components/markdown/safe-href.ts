const schemes = new Set(['http:', 'https:', 'mailto:'])

/**
 * The address a link may lead to, or null. Only whole addresses: a relative one would lead somewhere on our own site,
 * where no model has anything to point at. None with a name before the host either: `https://bank.example@evil.example`
 * is read as what it is not.
 */
export function safeHref(href: string): string | null {
  const parsed = URL.canParse(href) ? new URL(href) : null
  if (parsed === null || !schemes.has(parsed.protocol)) return null
  return parsed.username === '' && parsed.password === '' ? parsed.href : null
}
