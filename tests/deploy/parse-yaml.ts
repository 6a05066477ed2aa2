/**
 * The subset of YAML that the repository's files use: block maps and lists, plain and double-quoted scalars, flow
 * lists of scalars, comments, anchors, aliases and the merge key. All other syntax is an error, because this parser
 * must not accept a file that a real parser would read differently. Scalars stay strings.
 */
export type Yaml = string | null | Yaml[] | { [key: string]: Yaml }

type Line = { number: number; indent: number; text: string }
type State = { lines: Line[]; at: number; anchors: Record<string, Yaml> }

export function parseYaml(text: string): Yaml {
  const lines = text.split('\n').flatMap((raw, index) => readLine(raw, index + 1))
  const state: State = { lines, at: 0, anchors: {} }
  const value = parseBlock(state, 0)
  const left = lines[state.at]
  if (left) throw syntaxError(left, 'unexpected indentation')
  return value
}

function readLine(raw: string, number: number): Line[] {
  const text = withoutComment(raw).trimEnd()
  if (text.trim() === '') return []
  const indent = text.length - text.trimStart().length
  if (text.includes('\t') || indent % 2 !== 0) throw new Error(`line ${number}: indentation is by two spaces`)
  return [{ number, indent, text: text.trim() }]
}

/** Removes a comment. A `#` starts a comment at the start of the line or after a space, outside quotes. */
function withoutComment(raw: string): string {
  let quoted = false
  for (const [index, character] of [...raw].entries()) {
    if (character === '"') quoted = !quoted
    if (character === '#' && !quoted && (index === 0 || raw[index - 1] === ' ')) return raw.slice(0, index)
  }
  return raw
}

function parseBlock(state: State, indent: number): Yaml {
  const first = state.lines[state.at]
  if (!first || first.indent < indent) return null
  if (first.indent > indent) throw syntaxError(first, 'unexpected indentation')
  return first.text.startsWith('- ') ? parseList(state, indent) : parseMap(state, indent)
}

function parseList(state: State, indent: number): Yaml[] {
  const items: Yaml[] = []
  for (let line = state.lines[state.at]; line?.indent === indent; line = state.lines[state.at]) {
    if (!line.text.startsWith('- ')) throw syntaxError(line, 'a list may contain only items')
    const item = line.text.slice(2)
    if (isEntry(item)) {
      // `- key: value` starts a map that is indented by two more columns.
      state.lines[state.at] = { ...line, indent: indent + 2, text: item }
      items.push(parseMap(state, indent + 2))
      continue
    }
    state.at += 1
    items.push(parseScalar(item, line))
  }
  return items
}

function parseMap(state: State, indent: number): { [key: string]: Yaml } {
  const map: { [key: string]: Yaml } = {}
  let merged: { [key: string]: Yaml } = {}
  for (let line = state.lines[state.at]; line?.indent === indent; line = state.lines[state.at]) {
    const [, key = '', rest = ''] = entry.exec(line.text) ?? []
    if (key === '') throw syntaxError(line, 'expected an entry of a map')
    if (Object.hasOwn(map, key)) throw syntaxError(line, `duplicate key ${key}`)
    state.at += 1
    const [, anchor, inline = ''] = /^(?:&([\w-]+) ?)?(.*)$/.exec(rest) ?? []
    const value = inline === '' ? parseBlock(state, nextIndent(state, indent)) : parseInline(inline, line, state)
    if (anchor) state.anchors[anchor] = value
    if (key === '<<') merged = mapToMerge(value, line)
    else map[key] = value
  }
  // Entries of the map itself override merged ones.
  return { ...merged, ...map }
}

const entry = /^([A-Za-z_<][\w.<-]*):(?: (.*))?$/
const isEntry = (text: string) => entry.test(text)

/**
 * Returns the indentation of a key's value, which must be two more. If the next line is not indented, the value is
 * null.
 */
const nextIndent = ({ lines, at }: State, indent: number) =>
  (lines[at]?.indent ?? 0) > indent ? indent + 2 : indent + 1

function mapToMerge(value: Yaml, line: Line): { [key: string]: Yaml } {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw syntaxError(line, 'only a map can be merged')
  return value
}

function parseInline(text: string, line: Line, { anchors }: State): Yaml {
  const alias = /^\*([\w-]+)$/.exec(text)?.[1]
  if (alias) {
    const value = anchors[alias]
    if (value === undefined) throw syntaxError(line, `unknown alias ${alias}`)
    return value
  }
  if (!text.startsWith('[')) return parseScalar(text, line)
  try {
    const list: unknown = JSON.parse(text)
    if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list
  } catch {
    // Invalid JSON and a list of other values cause the same error below.
  }
  throw syntaxError(line, 'a flow list may contain only texts in double quotes')
}

function parseScalar(text: string, line: Line): string {
  if (text.startsWith('"')) {
    const [, inside] = /^"([^"\\]*)"$/.exec(text) ?? []
    if (inside === undefined) throw syntaxError(line, 'a quoted text must end the line and may not contain escapes')
    return inside
  }
  if (/^[[\]{}&*!|>'%@`,?-]/.test(text) || /: |:$/.test(text)) throw syntaxError(line, 'write it in double quotes')
  return text
}

const syntaxError = ({ number, text }: Line, why: string) => new Error(`line ${number}: ${why}: ${text}`)
