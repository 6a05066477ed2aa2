import type { LanguageFn } from 'highlight.js'
import highlighter from 'highlight.js/lib/core'
import type { CodeLanguage } from '@/components/markdown/code-languages'

/** A run of code in one color. `kind` selects the color; null is the color of the text. */
export type CodeRun = { text: string; kind: CodeKind | null }
type CodeKind = 'keyword' | 'string' | 'number' | 'comment' | 'title' | 'name' | 'added' | 'removed'

/** A node of highlight.js's internal tree, which its types do not export. */
type Node = string | { scope?: string; children: Node[] }

const loaders: Readonly<Record<CodeLanguage, () => Promise<{ default: LanguageFn }>>> = {
  bash: () => import('highlight.js/lib/languages/bash'),
  c: () => import('highlight.js/lib/languages/c'),
  cpp: () => import('highlight.js/lib/languages/cpp'),
  csharp: () => import('highlight.js/lib/languages/csharp'),
  css: () => import('highlight.js/lib/languages/css'),
  dart: () => import('highlight.js/lib/languages/dart'),
  diff: () => import('highlight.js/lib/languages/diff'),
  dockerfile: () => import('highlight.js/lib/languages/dockerfile'),
  elixir: () => import('highlight.js/lib/languages/elixir'),
  go: () => import('highlight.js/lib/languages/go'),
  graphql: () => import('highlight.js/lib/languages/graphql'),
  haskell: () => import('highlight.js/lib/languages/haskell'),
  ini: () => import('highlight.js/lib/languages/ini'),
  java: () => import('highlight.js/lib/languages/java'),
  javascript: () => import('highlight.js/lib/languages/javascript'),
  json: () => import('highlight.js/lib/languages/json'),
  kotlin: () => import('highlight.js/lib/languages/kotlin'),
  latex: () => import('highlight.js/lib/languages/latex'),
  lua: () => import('highlight.js/lib/languages/lua'),
  makefile: () => import('highlight.js/lib/languages/makefile'),
  markdown: () => import('highlight.js/lib/languages/markdown'),
  nginx: () => import('highlight.js/lib/languages/nginx'),
  perl: () => import('highlight.js/lib/languages/perl'),
  php: () => import('highlight.js/lib/languages/php'),
  powershell: () => import('highlight.js/lib/languages/powershell'),
  python: () => import('highlight.js/lib/languages/python'),
  r: () => import('highlight.js/lib/languages/r'),
  ruby: () => import('highlight.js/lib/languages/ruby'),
  rust: () => import('highlight.js/lib/languages/rust'),
  scala: () => import('highlight.js/lib/languages/scala'),
  scss: () => import('highlight.js/lib/languages/scss'),
  sql: () => import('highlight.js/lib/languages/sql'),
  swift: () => import('highlight.js/lib/languages/swift'),
  typescript: () => import('highlight.js/lib/languages/typescript'),
  xml: () => import('highlight.js/lib/languages/xml'),
  yaml: () => import('highlight.js/lib/languages/yaml'),
}

/** Maps highlight.js scopes to colors. There are few colors on purpose; all other scopes look like the text. */
const kinds: Readonly<Record<string, CodeKind>> = {
  keyword: 'keyword',
  operator: 'keyword',
  literal: 'number',
  number: 'number',
  symbol: 'number',
  string: 'string',
  regexp: 'string',
  char: 'string',
  link: 'string',
  comment: 'comment',
  quote: 'comment',
  doctag: 'comment',
  title: 'title',
  section: 'title',
  'selector-class': 'title',
  'selector-id': 'title',
  built_in: 'name',
  type: 'name',
  class: 'name',
  attr: 'name',
  attribute: 'name',
  property: 'name',
  name: 'keyword',
  'selector-tag': 'keyword',
  meta: 'comment',
  'template-variable': 'name',
  addition: 'added',
  deletion: 'removed',
}

/** Languages that are embedded in another language. */
const embedded: Readonly<Partial<Record<CodeLanguage, readonly CodeLanguage[]>>> = {
  xml: ['javascript', 'css'],
  markdown: ['xml'],
}

/** Loads a language and the languages that it embeds. Rejects if one of them cannot be loaded. */
export async function loadLanguage(language: CodeLanguage): Promise<void> {
  if (highlighter.getLanguage(language)) return
  const needed = [language, ...(embedded[language] ?? [])]
  const loaded = await Promise.all(needed.map(async (name) => [name, await loaders[name]()] as const))
  for (const [name, module] of loaded) highlighter.registerLanguage(name, module.default)
}

/**
 * Splits code into colored runs. The language must be loaded. Some texts take minutes, so this must run in a worker.
 */
export function highlightCode(code: string, language: CodeLanguage): CodeRun[] {
  const { _emitter: emitter } = highlighter.highlight(code, { language, ignoreIllegals: true })
  const runs: CodeRun[] = []
  collect((emitter as unknown as { rootNode: Node }).rootNode, null, runs)
  return runs
}

function collect(node: Node, kind: CodeKind | null, runs: CodeRun[]): void {
  if (typeof node === 'string') {
    const last = runs.at(-1)
    if (last?.kind === kind) last.text += node
    else runs.push({ text: node, kind })
    return
  }
  // `title.function` is a title. A child with its own scope does not inherit the color of the string that contains
  // it.
  const own = node.scope === undefined ? kind : (kinds[node.scope.split('.')[0] ?? ''] ?? null)
  for (const child of node.children) collect(child, own, runs)
}
