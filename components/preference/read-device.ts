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

type Device = { browser: string; system: string | null }

/**
 * Roughly, enough to tell one's own devices apart; of a browser we do not know, what it says of itself. Order matters:
 * browsers pretend to be those further down.
 */
export function readDevice(userAgent: string): Device {
  const browser = browsers.find(([mark]) => userAgent.includes(mark))?.[1]
  const system = systems.find(([mark]) => userAgent.includes(mark))?.[1] ?? null
  if (browser === undefined) return { browser: userAgent.slice(0, 60), system: null }
  return { browser, system }
}
