const schemes = new Set(['http:', 'https:', 'mailto:'])

/**
 * The address a link may lead to, or null. Only whole addresses: a relative one would lead somewhere on our own site,
 * where no model has anything to point at.
 */
export function safeHref(href: string): string | null {
  const parsed = URL.canParse(href) ? new URL(href) : null
  return parsed !== null && schemes.has(parsed.protocol) ? parsed.href : null
}
