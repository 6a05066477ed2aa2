import { posix } from 'node:path'
import type { Finding } from './finding'
import { emptyNames } from './house-rules'
import { nodesOf, type SourceFile } from './source-file'

/** Files and folders that say nothing, barrels, and classes that are a drawer. */
export function checkNames(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => [...checkPath(file), ...checkBarrel(file), ...checkClasses(file)])
}

function checkPath(file: SourceFile): Finding[] {
  const words = file.path.split('/').map((part) => part.replace(/\.tsx?$/, ''))
  const empty = words.find((word) => emptyNames.includes(word))
  if (!empty) return []
  const message = `"${empty}" says nothing about what is inside. Name the file by the function it exports, the folder by its noun.`
  return [{ file: file.path, line: 1, rule: 'names', message }]
}

/** A file that only hands on what others export hides where things live, and loads them all. */
function checkBarrel(file: SourceFile): Finding[] {
  const body = file.program.body.filter((statement) => !('directive' in statement && statement.directive))
  const isIndex = /^index\.tsx?$/.test(posix.basename(file.path))
  const handsOn = file.arrows.some((arrow) => arrow.reExport) || exportsAnImport(file)
  const onlyHandsOn = handsOn && body.every((statement) => isImport(statement.type) || isBareExport(statement))
  if (!isIndex && !onlyHandsOn) return []
  return [
    { file: file.path, line: 1, rule: 'barrels', message: 'is a barrel. Import from the file that defines the thing.' },
  ]
}

const isImport = (type: string) => type === 'ImportDeclaration' || type === 'ExportAllDeclaration'
const isBareExport = (statement: SourceFile['program']['body'][number]) =>
  statement.type === 'ExportNamedDeclaration' && statement.declaration === null

/** `import { a } from './a'; export { a }` is a re-export in two lines. */
function exportsAnImport(file: SourceFile): boolean {
  const imports = file.program.body.some((statement) => statement.type === 'ImportDeclaration')
  return imports && file.program.body.some((statement) => isBareExport(statement))
}

function checkClasses(file: SourceFile): Finding[] {
  return nodesOf(file.program.body).flatMap((node) => {
    if (node.type !== 'ClassDeclaration' && node.type !== 'ClassExpression') return []
    const name = (node.id as { name?: string } | null)?.name ?? ''
    if (!/(Service|Manager)$/.test(name)) return []
    const message = `class ${name} is a drawer. Write functions named by what they do, each with its needs in the signature.`
    return [{ file: file.path, line: file.lineAt(node.start), rule: 'names', message }]
  })
}
