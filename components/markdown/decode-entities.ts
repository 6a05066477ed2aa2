const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  copy: '©',
  reg: '®',
  trade: '™',
  deg: '°',
  times: '×',
  middot: '·',
  bull: '•',
  euro: '€',
  larr: '←',
  rarr: '→',
  le: '≤',
  ge: '≥',
  ne: '≠',
}

const entity = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,6}));/iy

/** Reads the character reference at a position. React escapes the result, so resolving `&lt;` is safe. */
export function readEntity(text: string, at: number): { text: string; end: number } | null {
  entity.lastIndex = at
  const found = entity.exec(text)
  if (found === null) return null
  const [whole, decimal, hex, name] = found
  const end = at + whole.length
  if (name !== undefined) return Object.hasOwn(named, name) ? { text: named[name] ?? whole, end } : null
  const code = Number.parseInt(decimal ?? hex ?? '', decimal === undefined ? 16 : 10)
  const valid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
  return { text: valid ? String.fromCodePoint(code) : '\ufffd', end }
}
