import type { Finding } from './finding'
import { globalThisUser } from './house-rules'
import { frozenBy, type Nature, natureOf, type Scope, scopeOf, staticMemoryOf } from './inert'
import { nextExports } from './pure-factories'
import { type AnyNode, isNode, nodesOf, type SourceFile } from './source-file'

const runsInBrowser = (file: SourceFile) => /^components\//.test(file.path) || /^['"]use client['"]/.test(file.text)

/** Worker threads end after the call that they answer, and their modules with them. */
const isWorkerEntry = (file: SourceFile) => file.path.endsWith('.worker.ts')

/** `answerCall(…)` is the only statement that an entry file may run when it is loaded. */
const answersCall = ({ expression }: AnyNode) =>
  isNode(expression) &&
  expression.type === 'CallExpression' &&
  isNode(expression.callee) &&
  expression.callee.name === 'answerCall'

/**
 * Reports module-level bindings and statements that could keep state between requests. Everything that runs on the
 * server is checked; everything that a module creates at load must be inert.
 */
export function checkMemory(files: readonly SourceFile[]): Finding[] {
  return files
    .filter((file) => !runsInBrowser(file))
    .flatMap((file) => {
      const scope = scopeOf(file)
      const statements = file.program.body as unknown as AnyNode[]
      return [...statements.flatMap((statement) => checkStatement(file, statement, scope)), ...checkGlobalThis(file)]
    })
}

function checkStatement(file: SourceFile, statement: AnyNode, scope: Scope): Finding[] {
  const report = (node: AnyNode, message: string): Finding[] => [
    { file: file.path, line: file.lineAt(node.start), rule: 'memory', message },
  ]
  const remedy =
    'Store facts in Postgres or Redis, open connections with processHandle, and freeze data (Object.freeze, as const, Readonly<…>). If the call is pure, add it with its reason to tests/architecture/pure-factories.ts.'
  switch (statement.type) {
    case 'ExportNamedDeclaration':
      return isNode(statement.declaration) ? checkStatement(file, statement.declaration, scope) : []
    case 'ExportDefaultDeclaration':
      return checkDefault(statement)
    case 'VariableDeclaration':
      if (statement.declare === true) return []
      if (statement.kind !== 'const')
        return report(statement, `module-level ${statement.kind}: it can change. ${remedy}`)
      return declarators(statement).flatMap((declarator) => {
        const nature = natureOfBinding(declarator, scope)
        if (nature === 'inert') return []
        const what = nature === 'data' ? 'is mutable' : 'may hold state'
        return report(declarator, `module-level binding "${bindingName(file, declarator)}" ${what}. ${remedy}`)
      })
    case 'ClassDeclaration': {
      const field = staticMemoryOf(statement, scope)
      return field ? report(field, `static field or block of a class is module-level memory. ${remedy}`) : []
    }
    case 'ExpressionStatement':
      if (isWorkerEntry(file) && answersCall(statement)) return []
      return typeof statement.directive === 'string' ? [] : report(statement, `a statement runs on load. ${remedy}`)
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
      return []
    case 'TSModuleDeclaration':
      return statement.declare === true ? [] : report(statement, `a namespace is an object. ${remedy}`)
    default:
      return report(statement, `${statement.type} at module level. ${remedy}`)
  }

  function checkDefault({ declaration }: AnyNode): Finding[] {
    if (!isNode(declaration)) return []
    if (/Declaration$/.test(declaration.type)) return checkStatement(file, declaration, scope)
    const nature = natureOf(declaration, scope)
    return nature === 'inert' ? [] : report(declaration, `the default export may hold state. ${remedy}`)
  }
}

const declarators = (statement: AnyNode) => (statement.declarations as unknown[]).filter(isNode)

function natureOfBinding({ id, init }: AnyNode, scope: Scope): Nature {
  const nature = natureOf(init, scope)
  if (!isNode(id)) return nature
  if (nature === 'data' && typeof id.name === 'string' && nextExports.includes(id.name)) return 'inert'
  const annotation = isNode(id.typeAnnotation) ? id.typeAnnotation.typeAnnotation : null
  return frozenBy(annotation, nature)
}

const bindingName = (file: SourceFile, { id }: AnyNode) => {
  if (!isNode(id)) return ''
  return typeof id.name === 'string' ? id.name : file.text.slice(id.start, id.end)
}

/**
 * A property of `globalThis` outlives the request just like a module-level binding, no matter which function sets
 * it.
 */
function checkGlobalThis(file: SourceFile): Finding[] {
  if (file.path === globalThisUser) return []
  return nodesOf(file.program.body)
    .filter((node) => node.type === 'Identifier' && (node.name === 'globalThis' || node.name === 'global'))
    .filter((node) => !/\.\s*$/.test(file.text.slice(0, node.start)))
    .map((node) => ({
      file: file.path,
      line: file.lineAt(node.start),
      rule: 'memory',
      message: `globalThis holds state. Only ${globalThisUser} may use it. Refer to a built-in by its bare name.`,
    }))
}
