import { posix } from 'node:path'
import type { Finding } from './finding'
import { vagueNames } from './house-rules'
import { nodesOf, type SourceFile } from './source-file'

/** Reports vague file and folder names, barrels, and service or manager classes. */
export function checkNames(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => [...checkPath(file), ...checkBarrel(file), ...checkClasses(file)])
}

function checkPath(file: SourceFile): Finding[] {
  const words = file.path.split('/').map((part) => part.replace(/\.tsx?$/, ''))
  const vague = words.find((word) => vagueNames.includes(word))
  if (!vague) return []
  const message = `"${vague}" does not describe the content. Name the file after its main export and the folder after its concept.`
  return [{ file: file.path, line: 1, rule: 'names', message }]
}

/** A file that only re-exports hides where things are defined, and loads all of them for each importer. */
function checkBarrel(file: SourceFile): Finding[] {
  const body = file.program.body.filter((statement) => !('directive' in statement && statement.directive))
  const isIndex = /^index\.tsx?$/.test(posix.basename(file.path))
  const reExports = file.importEdges.some((edge) => edge.reExport) || exportsAnImport(file)
  const onlyReExports = reExports && body.every((statement) => isImport(statement.type) || isBareExport(statement))
  if (!isIndex && !onlyReExports) return []
  return [
    { file: file.path, line: 1, rule: 'barrels', message: 'is a barrel. Import from the file that defines the thing.' },
  ]
}

const isImport = (type: string) => type === 'ImportDeclaration' || type === 'ExportAllDeclaration'
const isBareExport = (statement: SourceFile['program']['body'][number]) =>
  statement.type === 'ExportNamedDeclaration' && statement.declaration === null

/** `import { a } from './a'; export { a }` is a re-export in two statements. */
function exportsAnImport(file: SourceFile): boolean {
  const imports = file.program.body.some((statement) => statement.type === 'ImportDeclaration')
  return imports && file.program.body.some((statement) => isBareExport(statement))
}

function checkClasses(file: SourceFile): Finding[] {
  return nodesOf(file.program.body).flatMap((node) => {
    if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return []
    const name = (node.id as { name?: string } | null)?.name ?? ''
    if (!/(Service|Manager)$/.test(name)) return []
    const message = `class ${name} is a grab bag. Write functions that are named after their action and declare what they need in their signature.`
    return [{ file: file.path, line: file.lineAt(node.start), rule: 'names', message }]
  })
}
