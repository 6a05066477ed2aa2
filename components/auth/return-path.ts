/** Returns the path to open after sign-in. Paths of other sites and invalid values are replaced with `/`. */
export function returnPath(next: string | string[] | null | undefined): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return '/'
  // `//host` and `/\host` start with a slash but lead to another site. `URL` resolves both as browsers do.
  const site = 'http://site.invalid'
  const parsed = URL.canParse(next, site) ? new URL(next, site) : null
  return parsed?.origin === site ? parsed.pathname + parsed.search + parsed.hash : '/'
}
