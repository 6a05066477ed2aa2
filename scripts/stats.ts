/**
 * Prints the size figures of the source code, and a random sample of its prose for readers to judge. `--seed <n>`
 * draws another sample. Sources are the files of app, lib, components, db and scripts, without tests, type
 * declarations and migrations.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { parseArgs } from 'node:util'
import { parseSync } from 'oxc-parser'
import { countProse, readProse } from '../tests/architecture/prose.ts'
import { listSources } from './test/list-sources.ts'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } })
const root = join(import.meta.dirname, '..')
const all = listSources(root)
const text = new Map(all.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
const isTest = (file: string) => /\.test\.tsx?$/.test(file) || !/^(app|lib|components|db|scripts)\//.test(file)
const sources = all.filter((file) => !isTest(file))
const lines = (file: string) => (text.get(file)?.split('\n').length ?? 1) - 1

/** Returns the files that a file imports, either statically, with `import()`, or as the URL of a worker. */
function importsOf(file: string, isTypesToo: boolean): string[] {
  const pattern = isTypesToo
    ? /(?:from\s*|import\(\s*|import\s+|new URL\(\s*)'([^']+)'/g
    : /^import (?!type\b)[^;]*?from '([^']+)'/gms
  return [...(text.get(file) ?? '').matchAll(pattern)].flatMap(([, specifier = '']) => {
    const base = specifier.startsWith('@/')
      ? specifier.slice(2)
      : specifier.startsWith('.')
        ? posix.join(posix.dirname(file), specifier)
        : null
    const target = base && [base, `${base}.ts`, `${base}.tsx`, `${base}.mjs`].find((candidate) => text.has(candidate))
    return target && target !== file ? [target] : []
  })
}

function readersByFile(): Map<string, Set<string>> {
  const readers = new Map<string, Set<string>>()
  for (const file of all.filter((file) => !/\.test\.tsx?$|^tests\//.test(file)))
    for (const target of importsOf(file, true)) readers.set(target, (readers.get(target) ?? new Set()).add(file))
  return readers
}

/**
 * Returns the files that a reader opens to follow a turn: the chat route, and the files of `lib/turn` that it imports.
 */
function turnFiles(): Set<string> {
  const seen = new Set<string>()
  const open = ['app/api/chat/route.ts']
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    open.push(...importsOf(file, false).filter((target) => target.startsWith('lib/turn/')))
  }
  return seen
}

/** Returns the length in lines and the place of every function, in ascending order of length. */
function functionLengths(): { length: number; place: string }[] {
  const found: { length: number; place: string }[] = []
  for (const file of sources) {
    const source = text.get(file) ?? ''
    const lineAt = (offset: number) => source.slice(0, offset).split('\n').length
    const visit = (value: unknown): void => {
      if (Array.isArray(value)) {
        value.forEach(visit)
        return
      }
      if (typeof value !== 'object' || value === null) return
      const node = value as { type?: string; start: number; end: number }
      if (/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type ?? '')) {
        const first = lineAt(node.start)
        found.push({ length: lineAt(node.end) - first + 1, place: `${file}:${first}` })
      }
      Object.values(node).forEach(visit)
    }
    visit(parseSync(file, source).program)
  }
  return found.sort((a, b) => a.length - b.length)
}

/** Counts the uses of the type `any` in a file. */
function countAny(file: string): number {
  let count = 0
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit)
      return
    }
    if (typeof value !== 'object' || value === null) return
    if ((value as { type?: string }).type === 'TSAnyKeyword') count += 1
    Object.values(value).forEach(visit)
  }
  visit(parseSync(file, text.get(file) ?? '').program)
  return count
}

/** Returns a generator of numbers below 1 that produces the same sequence for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const random = seededRandom(Number(values.seed))
const draw = <Item>(items: readonly Item[], count: number) =>
  items
    .map((item) => ({ item, order: random() }))
    .sort((a, b) => a.order - b.order)
    .slice(0, count)
    .map(({ item }) => item)

const readers = readersByFile()
const small = sources.filter((file) => lines(file) <= 45 && readers.get(file)?.size === 1)
const functions = functionLengths()
const longest = functions.at(-1)
const turn = [...turnFiles()]
const prose = all.flatMap((file) => readProse(file, text.get(file) ?? ''))
const explicitAny = sources.reduce((sum, file) => sum + countAny(file), 0)

console.log(`source files                                    ${sources.length}`)
console.log(`source lines                                    ${sources.reduce((sum, file) => sum + lines(file), 0)}`)
console.log(`files of at most 45 lines with one reader       ${small.length}`)
console.log(`files above 250 lines                           ${sources.filter((file) => lines(file) > 250).length}`)
console.log(`files from the chat route through lib/turn      ${turn.length}`)
console.log(`functions, lines: 99th percentile               ${functions[Math.floor(functions.length * 0.99)]?.length}`)
console.log(`functions, lines: maximum                       ${longest?.length} (${longest?.place})`)
console.log(`any in sources                                  ${explicitAny}`)
for (const { pattern, per10000 } of countProse(prose.map((one) => one.text)).counts)
  console.log(
    `prose: ${pattern.name.padEnd(48)} ${per10000.toFixed(1)} (${pattern.atLeast ? '≥' : '≤'} ${pattern.limit})`,
  )

const records = globSync('docs/decisions/[0-9]*.md', { cwd: root })
const show = (title: string, items: readonly string[]) => console.log(`\n${title}\n${items.join('\n')}`)
/** Comments that consist of type tags only are skipped. */
const drawProse = (kind: 'comment' | 'test name', count: number) =>
  draw(
    prose.filter((one) => one.kind === kind && !/^@\w+/.test(one.text)),
    count,
  ).map(({ file, line, text }) => `- ${file}:${line}  ${text.replaceAll('\n', ' ')}`)
show(`20 comments (seed ${values.seed})`, drawProse('comment', 20))
show('10 test names', drawProse('test name', 10))
show(
  '3 decision records',
  draw(records, 3).map((file) => {
    const title = readFileSync(join(root, file), 'utf8').split('\n')[0]
    return `- ${basename(dirname(file))}/${basename(file)}: ${title}`
  }),
)
if (!existsSync(join(root, 'docs/decisions'))) throw new Error('docs/decisions is missing')
