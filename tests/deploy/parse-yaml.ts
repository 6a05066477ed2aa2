/**
 * The part of YAML that our own files are written in: maps and lists by indentation, scalars plain or in double quotes,
 * flow lists of scalars, comments, anchors, aliases and the merge key. Everything else is an error, so that a file which
 * means something else to a real parser is not accepted by this one. Scalars stay texts.
 */
export type Yaml = string | null | Yaml[] | { [key: string]: Yaml }

type Line = { number: number; indent: number; text: string }
type State = { lines: Line[]; at: number; anchors: Record<string, Yaml> }

export function parseYaml(text: string): Yaml {
  const lines = text.split('\n').flatMap((raw, index) => readLine(raw, index + 1))
  const state: State = { lines, at: 0, anchors: {} }
  const value = parseBlock(state, 0)
  const left = lines[state.at]
  if (left) throw refusal(left, 'unexpected indentation')
  return value
}

function readLine(raw: string, number: number): Line[] {
  const text = withoutComment(raw).trimEnd()
  if (text.trim() === '') return []
  const indent = text.length - text.trimStart().length
  if (text.includes('\t') || indent % 2 !== 0) throw new Error(`line ${number}: indentation is by two spaces`)
  return [{ number, indent, text: text.trim() }]
}

/** A `#` begins a comment at the start or after a space, outside of quotes. */
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
  if (first.indent > indent) throw refusal(first, 'unexpected indentation')
  return first.text.startsWith('- ') ? parseList(state, indent) : parseMap(state, indent)
}

function parseList(state: State, indent: number): Yaml[] {
  const items: Yaml[] = []
  for (let line = state.lines[state.at]; line?.indent === indent; line = state.lines[state.at]) {
    if (!line.text.startsWith('- ')) throw refusal(line, 'a list has items only')
    const item = line.text.slice(2)
    if (isEntry(item)) {
      // `- key: value` is a map that begins two columns further in.
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
    if (key === '') throw refusal(line, 'is no entry of a map')
    if (Object.hasOwn(map, key)) throw refusal(line, `${key} is there twice`)
    state.at += 1
    const [, anchor, inline = ''] = /^(?:&([\w-]+) ?)?(.*)$/.exec(rest) ?? []
    const value = inline === '' ? parseBlock(state, nextIndent(state, indent)) : parseInline(inline, line, state)
    if (anchor) state.anchors[anchor] = value
    if (key === '<<') merged = mapToMerge(value, line)
    else map[key] = value
  }
  // What stands in the map itself wins.
  return { ...merged, ...map }
}

const entry = /^([A-Za-z_<][\w.<-]*):(?: (.*))?$/
const isEntry = (text: string) => entry.test(text)

/** What belongs to a key stands further in, exactly by two. */
const nextIndent = ({ lines, at }: State, indent: number) =>
  (lines[at]?.indent ?? 0) > indent ? indent + 2 : indent + 1

function mapToMerge(value: Yaml, line: Line): { [key: string]: Yaml } {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw refusal(line, 'only a map is merged')
  return value
}

function parseInline(text: string, line: Line, { anchors }: State): Yaml {
  const alias = /^\*([\w-]+)$/.exec(text)?.[1]
  if (alias) {
    const value = anchors[alias]
    if (value === undefined) throw refusal(line, `nothing is called ${alias}`)
    return value
  }
  if (!text.startsWith('[')) return parseScalar(text, line)
  try {
    const list: unknown = JSON.parse(text)
    if (Array.isArray(list) && list.every((item) => typeof item === 'string')) return list
  } catch {
    // The same complaint.
  }
  throw refusal(line, 'a flow list holds texts in double quotes')
}

function parseScalar(text: string, line: Line): string {
  if (text.startsWith('"')) {
    const [, inside] = /^"([^"\\]*)"$/.exec(text) ?? []
    if (inside === undefined) throw refusal(line, 'quotes end where the text does, and hold no escapes')
    return inside
  }
  if (/^[[\]{}&*!|>'%@`,?-]/.test(text) || /: |:$/.test(text)) throw refusal(line, 'write it in double quotes')
  return text
}

const refusal = ({ number, text }: Line, why: string) => new Error(`line ${number}: ${why}: ${text}`)
