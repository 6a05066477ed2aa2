import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { parseSource, type SourceFile } from './source-file'

const roots = [
  'app',
  'lib',
  'db',
  'messages',
  'components',
  'proxy.ts',
  'instrumentation.ts',
  'instrumentation-client.ts',
]

/** Reads the product's own files, without tests. */
export function readSources(root: string): SourceFile[] {
  return roots
    .flatMap((entry) => filesBelow(join(root, entry)))
    .map((path) => {
      const name = relative(root, path).split(sep).join('/')
      return parseSource(name, readFileSync(path, 'utf8'))
    })
}

/** Builds a file set from path → text, for tests of the rules themselves. */
export function sourcesOf(texts: Readonly<Record<string, string>>): SourceFile[] {
  return Object.entries(texts).map(([path, text]) => parseSource(path, text))
}

function filesBelow(path: string): string[] {
  const kind = statSync(path, { throwIfNoEntry: false })
  if (!kind) return []
  if (kind.isDirectory())
    return readdirSync(path)
      .toSorted()
      .flatMap((name) => filesBelow(join(path, name)))
  return /\.tsx?$/.test(path) && !/\.(test|d)\.tsx?$/.test(path) ? [path] : []
}
