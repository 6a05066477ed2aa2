/**
 * The functions below read the parts of links. Each reads at a given position and has a length limit, so that an
 * opening mark without an end costs constant work.
 */
const maxAddressCharacters = 2000
const maxTitleCharacters = 1000
const maxParentheses = 32
/** The limit of the CommonMark specification. */
export const maxLabelCharacters = 999

type LinkTarget = { href: string; end: number }
/** Maps the labels of link definitions to addresses. */
export type References = { size: number; get: (label: string) => string | undefined }

const escaped = /\\([!-/:-@[-`{-~])/g

/** Removes the backslashes before punctuation. */
export const unescapeMarks = (text: string) => text.replace(escaped, '$1')

const spaces = /[ \t]*(?:\n[ \t]*)?/y
const bracketedAddress = new RegExp(`<((?:[^<>\\n\\\\]|\\\\.){0,${maxAddressCharacters}})>`, 'y')
const title = new RegExp(
  ['"(?:[^"\\\\]|\\\\[^]){0,N}"', "'(?:[^'\\\\]|\\\\[^]){0,N}'", '\\((?:[^()\\\\]|\\\\[^]){0,N}\\)']
    .join('|')
    .replaceAll('N', String(maxTitleCharacters)),
  'y',
)
const restOfLine = /[ \t]*(?:\n|$)/y
const label = new RegExp(`\\[((?:[^\\[\\]\\\\]|\\\\[^]){1,${maxLabelCharacters}})\\]`, 'y')

function endOf(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : null
}

const afterSpaces = (text: string, at: number) => endOf(spaces, text, at) ?? at

/** Reads the address at a position, with or without angle brackets. */
function readAddress(text: string, at: number): LinkTarget | null {
  bracketedAddress.lastIndex = at
  const inner = bracketedAddress.exec(text)?.[1]
  if (inner !== undefined) return { href: unescapeMarks(inner), end: at + inner.length + 2 }
  if (text[at] === '<') return null
  let depth = 0
  let end = at
  for (; end < text.length && end - at <= maxAddressCharacters; end++) {
    const code = text.charCodeAt(end)
    if (code <= 32 || depth > maxParentheses) break
    if (code === 92 && end + 1 < text.length && text.charCodeAt(end + 1) > 32) end += 1
    else if (code === 40) depth += 1
    else if (code === 41 && depth-- === 0) break
  }
  if (depth > 0 || end - at > maxAddressCharacters) return null
  return { href: unescapeMarks(text.slice(at, end)), end }
}

/** Reads `(address "title")` after the brackets of a link. The title is not shown, so it is only skipped. */
export function readTarget(text: string, at: number): LinkTarget | null {
  if (text[at] !== '(') return null
  const address = readAddress(text, afterSpaces(text, at + 1))
  if (address === null) return null
  const gap = afterSpaces(text, address.end)
  const titleEnd = gap > address.end ? endOf(title, text, gap) : null
  const end = afterSpaces(text, titleEnd ?? gap)
  return text[end] === ')' ? { href: address.href, end: end + 1 } : null
}

/** Reads a link label in brackets; null if it is empty or too long. */
export function readLabel(text: string, at: number): { name: string; end: number } | null {
  label.lastIndex = at
  const inner = label.exec(text)?.[1]
  return inner === undefined || inner.trim() === '' ? null : { name: labelKey(inner), end: at + inner.length + 2 }
}

/** CommonMark compares labels case-insensitively and collapses white space. */
export const labelKey = (name: string) => name.trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase()

/** Reads the link definitions at the start of a paragraph into `references` and returns where they end. */
export function readDefinitions(text: string, references: Map<string, string>): number {
  let at = 0
  while (text[at] === '[') {
    // `[^1]: …` is a footnote, which is not supported and stays plain text.
    const name = text[at + 1] === '^' ? null : readLabel(text, at)
    if (name === null || text[name.end] !== ':') break
    const address = readAddress(text, afterSpaces(text, name.end + 1))
    if (address === null || (address.href === '' && text[address.end - 1] !== '>')) break
    const gap = afterSpaces(text, address.end)
    const titleEnd = gap > address.end ? endOf(title, text, gap) : null
    const end = (titleEnd !== null ? endOf(restOfLine, text, titleEnd) : null) ?? endOf(restOfLine, text, address.end)
    if (end === null) break
    if (!references.has(name.name)) references.set(name.name, address.href)
    at = end
    while (text[at] === ' ' || text[at] === '\t') at += 1
  }
  return at
}

/** The maximum length of inline HTML and of `<https://…>`. Longer ones stay plain text. */
const maxTagCharacters = 1000
const tag = new RegExp(
  [
    '<[A-Za-z][A-Za-z0-9-]*(?:\\s+[A-Za-z_:][\\w:.-]*(?:\\s*=\\s*(?:[^\\s"\'=<>`]+|\'[^\']*\'|"[^"]*"))?)*\\s*\\/?>',
    '<\\/[A-Za-z][A-Za-z0-9-]*\\s*>',
    '<!--[^]*?-->',
    '<\\?[^]*?\\?>',
    '<![A-Za-z][^>]*>',
    '<!\\[CDATA\\[[^]*?\\]\\]>',
  ].join('|'),
  'y',
)
const addressInBrackets = /<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>/y
const mailInBrackets = /<([\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)>/y

type AngleBrackets = { href: string | null; text: string }

/** Reads an address or a piece of raw HTML in angle brackets. */
export function readAngleBrackets(text: string, at: number): AngleBrackets | null {
  const piece = text.slice(at, at + maxTagCharacters)
  for (const [pattern, scheme] of [
    [addressInBrackets, ''],
    [mailInBrackets, 'mailto:'],
  ] as const) {
    pattern.lastIndex = 0
    const inner = pattern.exec(piece)?.[1]
    if (inner !== undefined) return { href: scheme + inner, text: inner }
  }
  tag.lastIndex = 0
  const found = tag.exec(piece)?.[0]
  return found === undefined ? null : { href: null, text: found }
}

const urlRest = new RegExp(`[^\\s<]{1,${maxAddressCharacters}}`, 'y')
const urlRestInBrackets = new RegExp(`[^\\s<\\]]{1,${maxAddressCharacters}}`, 'y')
const mailDomain = /[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/y
const maxMailName = 64

/** A bare address in a text. `start` may be before the position at which it was recognized. */
type BareAddress = { start: number; end: number; href: string }

/**
 * Reads the bare address that begins at a position, or that contains the `@` or `:` at this position. `earliest` is
 * the earliest position where the address may begin. Inside brackets, the address ends with them.
 */
export function readBareAddress(text: string, at: number, earliest: number, isInBrackets: boolean): BareAddress | null {
  if (text[at] === '@') return readMail(text, at, earliest)
  const isWeb = text[at] !== ':'
  const scheme = isWeb ? '' : (/(?:https?|ftp)$/i.exec(text.slice(Math.max(earliest, at - 5), at))?.[0] ?? '')
  const start = at - scheme.length
  // An address does not begin inside a word or inside another address.
  if ((!isWeb && scheme === '') || (start > 0 && /[\p{L}\p{N}./@-]/u.test(text[start - 1] ?? ''))) return null
  const hostStart = isWeb ? at + 4 : at + 3
  const pattern = isInBrackets ? urlRestInBrackets : urlRest
  pattern.lastIndex = hostStart
  const rest = pattern.exec(text)?.[0] ?? ''
  if (!/^[\p{L}\p{N}]/u.test(rest)) return null
  // A longer address is not linked, because a truncated one would lead elsewhere.
  if (rest.length === maxAddressCharacters) return null
  const end = hostStart + withoutTrailingMarks(rest)
  if (end === hostStart) return null
  return { start, end, href: (isWeb ? 'http://' : '') + text.slice(start, end) }
}

function readMail(text: string, at: number, earliest: number): BareAddress | null {
  let start = at
  while (start > earliest && at - start < maxMailName && /[\w.+-]/.test(text[start - 1] ?? '')) start -= 1
  mailDomain.lastIndex = at + 1
  const domain = mailDomain.exec(text)?.[0]
  if (start === at || domain === undefined || /[-_]$/.test(domain)) return null
  const end = at + 1 + domain.length
  return { start, end, href: `mailto:${text.slice(start, end)}` }
}

/**
 * Returns the length without trailing punctuation and without a closing parenthesis that was opened before the
 * address. GFM excludes both.
 */
function withoutTrailingMarks(address: string): number {
  let open = 0
  for (const char of address) open += char === '(' ? 1 : char === ')' ? -1 : 0
  let end = address.length
  while (end > 0) {
    const last = address[end - 1] ?? ''
    const entity =
      last === ';' ? (/&[A-Za-z0-9]{1,31};$/.exec(address.slice(Math.max(0, end - 33), end))?.[0] ?? last) : last
    if (last === ')' ? open >= 0 : !/[?!.,:;*_'"~]/.test(last)) break
    if (last === ')') open += 1
    end -= entity.length
  }
  return end
}

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
