const browsers = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const

const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const

/**
 * A rough name, enough to tell one's own devices apart; null: it says nothing. What is not known stands as it is. Order
 * matters: browsers pretend to be those further down.
 */
export function deviceName(userAgent: string): { browser: string; system: string | null } | null {
  const browser = browsers.find(([mark]) => userAgent.includes(mark))?.[1]
  const system = systems.find(([mark]) => userAgent.includes(mark))?.[1]
  if (browser !== undefined) return { browser, system: system ?? null }
  return userAgent === '' ? null : { browser: userAgent.slice(0, 60), system: null }
}
