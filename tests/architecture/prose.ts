import { parseSync } from 'oxc-parser'

/** A comment or a test name, with its place. */
export type Prose = { file: string; line: number; kind: 'comment' | 'test name' | 'suite name'; text: string }

const testFunctions: readonly string[] = ['test', 'it', 'describe']

/** Returns all comments and test names of a file, without tool directives (`biome-ignore`, `@ts-expect-error`). */
export function readProse(file: string, text: string): Prose[] {
  const { comments, program } = parseSync(file, text)
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length
  const found: Prose[] = comments
    .map(({ value, start }) => ({ file, line: lineAt(start), kind: 'comment' as const, text: commentText(value) }))
    .filter((comment) => /[a-z]/i.test(comment.text) && !/^(biome-ignore|@ts-|@vite|!)/.test(comment.text))
  for (const { name, start, isSuite } of testNames(program))
    found.push({ file, line: lineAt(start), kind: isSuite ? 'suite name' : 'test name', text: name })
  return joinLineComments(found, text)
}

/** Returns the text of a comment without its stars. Paragraphs are kept. */
function commentText(value: string): string {
  return value
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trimEnd())
    .join('\n')
    .replace(/^\*/, '')
    .trim()
}

/** Joins `//` comments on consecutive lines into one, because a sentence may span them. */
function joinLineComments(found: Prose[], text: string): Prose[] {
  const lines = text.split('\n')
  const isLine = (one: Prose) => one.kind === 'comment' && /^\s*\/\//.test(lines[one.line - 1] ?? '')
  const joined: Prose[] = []
  let endLine = 0
  for (const one of found) {
    const last = joined.at(-1)
    if (last && isLine(one) && isLine(last) && one.line === endLine + 1) last.text += `\n${one.text}`
    else joined.push({ ...one })
    endLine = one.line
  }
  return joined
}

type Node = { type: string; start: number; [key: string]: unknown }

type TestName = { name: string; start: number; isSuite: boolean }

function testNames(root: unknown): TestName[] {
  const names: TestName[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      value.forEach(visit)
      return
    }
    if (typeof value !== 'object' || value === null) return
    const node = value as Node
    const called = node.type === 'CallExpression' ? calledName(node.callee) : ''
    if (testFunctions.includes(called)) {
      const [first] = node.arguments as Node[]
      const name = first && literalText(first)
      if (name) names.push({ name, start: node.start, isSuite: called === 'describe' })
    }
    for (const child of Object.values(node)) visit(child)
  }
  visit(root)
  return names
}

/** Returns the first name of `test(…)`, `test.skipIf(…)(…)` or `test.each(…)(…)`. */
function calledName(callee: unknown): string {
  const node = callee as Node
  if (node?.type === 'Identifier') return String(node.name)
  if (node?.type === 'MemberExpression') return calledName(node.object)
  if (node?.type === 'CallExpression') return calledName(node.callee)
  return ''
}

function literalText(node: Node): string | null {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node.type !== 'TemplateLiteral') return null
  return (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join('…')
}

/** A measured pattern of prose. `limit` is in matches per 10,000 words. */
export type ProsePattern = { name: string; limit: number; atLeast?: true; count: (text: string) => number }

const matches = (pattern: RegExp) => (text: string) => text.match(pattern)?.length ?? 0

/** Patterns that make prose hard to read, with limits measured in well-written open-source projects. */
export const prosePatterns: readonly ProsePattern[] = [
  { name: 'nobody, somebody, everybody, anybody', limit: 1, count: matches(/\b(no|some|every|any)body\b/gi) },
  { name: 'whoever, whatever, wherever', limit: 3, count: matches(/\b(who|what|where)ever\b/gi) },
  { name: 'a sentence that begins with What, Who, Where or Of', limit: 2, count: countBareBeginnings },
  { name: 'says, told, tells', limit: 7, count: matches(/\b(says|told|tells)\b/gi) },
  { name: 'stands, lies', limit: 1, count: matches(/\b(stands|lies)\b/gi) },
  { name: 'should, must, will', limit: 40, atLeast: true, count: matches(/\b(should|must|will)\b/gi) },
]

/** Counts sentences that begin with one of these words, except questions. */
function countBareBeginnings(text: string): number {
  const sentences = text.split(/(?<=[.!?:])\s+|\n\s*\n/)
  return sentences.filter((sentence) => /^["“(]?(What|Who|Where|Of)\b/.test(sentence) && !/\?\W*$/.test(sentence))
    .length
}

export type ProseCount = { pattern: ProsePattern; count: number; per10000: number; isMet: boolean }

/** Counts each pattern over all texts. Code in backticks counts as one word. */
export function countProse(texts: readonly string[]): { words: number; counts: ProseCount[] } {
  const plain = texts.map((text) => text.replace(/`[^`\n]*`/g, 'x'))
  const words = plain.reduce((sum, text) => sum + (text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu)?.length ?? 0), 0)
  const counts = prosePatterns.map((pattern) => {
    const count = plain.reduce((sum, text) => sum + pattern.count(text), 0)
    const per10000 = words === 0 ? 0 : (count / words) * 10_000
    return { pattern, count, per10000, isMet: pattern.atLeast ? per10000 >= pattern.limit : per10000 <= pattern.limit }
  })
  return { words, counts }
}
