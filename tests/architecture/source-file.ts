import { posix } from 'node:path'
import { type Comment, type ParseResult, type Program, parseSync } from 'oxc-parser'

/** An import, re-export, `import()` or `import('…')` type. */
export type ImportEdge = { specifier: string; line: number; typeOnly: boolean; reExport: boolean }

export type SourceFile = {
  path: string
  text: string
  program: Program
  importEdges: ImportEdge[]
  /** The first line of the file's first comment, or '' if the file does not begin with a comment. */
  opening: string
  lineAt: (offset: number) => number
}

/** Parses one file. `path` is relative to the root, with slashes. Throws on a syntax error. */
export function parseSource(path: string, text: string): SourceFile {
  const result = parseSync(path, text, { preserveParens: false })
  const problem = result.errors[0]
  if (problem) throw new Error(`${path} cannot be parsed: ${problem.message}`)
  const { program } = result
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length
  return {
    path,
    text,
    program,
    importEdges: importEdgesOf(result, lineAt),
    opening: openingLine(text, result.comments),
    lineAt,
  }
}

function importEdgesOf({ module, program }: ParseResult, lineAt: (offset: number) => number): ImportEdge[] {
  const imports = module.staticImports.map(({ moduleRequest, entries, start }) => ({
    specifier: moduleRequest.value,
    line: lineAt(start),
    typeOnly: entries.length > 0 && entries.every((entry) => entry.isType),
    reExport: false,
  }))
  const reExports = module.staticExports.flatMap(({ entries, start }) =>
    entries.flatMap(({ moduleRequest, isType }) =>
      moduleRequest ? [{ specifier: moduleRequest.value, line: lineAt(start), typeOnly: isType, reExport: true }] : [],
    ),
  )
  const inline = nodesOf(program).flatMap((node) => {
    if (node.type !== 'ImportExpression' && node.type !== 'TSImportType') return []
    if (!isNode(node.source) || typeof node.source.value !== 'string') return []
    const typeOnly = node.type === 'TSImportType'
    return [{ specifier: node.source.value, line: lineAt(node.start), typeOnly, reExport: false }]
  })
  return [...imports, ...reExports, ...inline]
}

function openingLine(text: string, comments: readonly Comment[]): string {
  const first = comments[0]
  if (
    !first ||
    text
      .slice(0, first.start)
      .replace(/['"]use (client|server)['"];?/, '')
      .trim() !== ''
  )
    return ''
  const lines = first.value.split('\n').map((line) => line.replace(/^\s*\*?\s?/, '').trim())
  return lines.find((line) => line !== '') ?? ''
}

/** Any node of the syntax tree, without its exact type. */
export type AnyNode = { type: string; start: number; end: number; [key: string]: unknown }

export const isNode = (value: unknown): value is AnyNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'

/** Returns a node and all of its descendants. */
export function nodesOf(root: unknown): AnyNode[] {
  if (Array.isArray(root)) return root.flatMap(nodesOf)
  if (!isNode(root)) return []
  return [root, ...Object.values(root).flatMap((value) => (typeof value === 'object' ? nodesOf(value) : []))]
}

/**
 * Returns the file of the set that an import refers to, or null for a package, a style sheet and the like. `@/` is
 * the root.
 */
export function resolveImport(from: string, specifier: string, paths: ReadonlySet<string>): string | null {
  const base = specifier.startsWith('@/')
    ? specifier.slice(2)
    : specifier.startsWith('.')
      ? posix.normalize(posix.join(posix.dirname(from), specifier))
      : null
  if (base === null) return null
  const candidates = [base, `${base}.ts`, `${base}.tsx`, `${base}.mjs`, `${base}/index.ts`, `${base}/index.tsx`]
  return candidates.find((candidate) => paths.has(candidate)) ?? null
}
