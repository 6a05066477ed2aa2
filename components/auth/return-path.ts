/** Where to go after signing in: a path of this site, whatever the link said. Anything else is the start page. */
export function returnPath(next: string | string[] | null | undefined): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return '/'
  // `//host` and `/\host` start with a slash and still leave the site; URL resolves both the way browsers do.
  const site = 'http://site.invalid'
  const parsed = URL.canParse(next, site) ? new URL(next, site) : null
  return parsed?.origin === site ? parsed.pathname + parsed.search + parsed.hash : '/'
}
