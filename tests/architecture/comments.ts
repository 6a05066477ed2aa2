import { posix } from 'node:path'
import { parseSync } from 'oxc-parser'
import type { Finding } from './finding'

const maxColumns = 120

/**
 * Reports comment lines that are too long and references to files that do not exist. A reference must be a path from
 * the root, a path that begins with a dot, or a file name. `paths` must contain the paths of all files in the
 * repository. The names of `packageFiles` are accepted, too.
 */
export function checkComments(
  files: readonly { path: string; text: string }[],
  paths: readonly string[],
  packageFiles: Readonly<Record<string, string>>,
): Finding[] {
  const known = new Set([...paths, ...paths.map((path) => posix.basename(path)), ...Object.keys(packageFiles)])
  return files.flatMap((file) =>
    commentLines(file.path, file.text).flatMap(({ line, text, columns }) => {
      const report = (message: string) => ({ file: file.path, line, rule: 'comments', message })
      const unknown = fileReferences(text).filter((name) => !known.has(pathFrom(file.path, name)))
      return [
        ...(columns > maxColumns ? [report(`ends at column ${columns}. Wrap the comment at ${maxColumns}.`)] : []),
        ...unknown.map((name) => report(`names ${name}, which does not exist. Name an existing path or file name.`)),
      ]
    }),
  )
}

function commentLines(path: string, text: string): { line: number; text: string; columns: number }[] {
  return parseSync(path, text).comments.flatMap(({ start, end }) => {
    const before = text.slice(0, start).split('\n')
    return text
      .slice(start, end)
      .split('\n')
      .map((part, index) => ({
        line: before.length + index,
        text: part,
        columns: part.length + (index === 0 ? (before.at(-1)?.length ?? 0) : 0),
      }))
  })
}

/**
 * A path or file name. It may contain the folder names of Next's routes, such as `(chat)` and `[...path]`. Patterns
 * (`*.test.ts`), extensions (`.d.ts`) and URLs do not match.
 */
const reference =
  /(?<![\w*})>$…/.-])(?:(?:\([\w-]+\)|[\w.@[\]-]+)\/)*[\w[@][\w.@[\]-]*\.(?:tsx?|mjs|md)(?![\w-]|[./]\w)/g

const fileReferences = (text: string) => text.match(reference) ?? []

const pathFrom = (file: string, name: string) => (name.startsWith('.') ? posix.join(posix.dirname(file), name) : name)
