import type { Finding } from './finding'
import { handleNames } from './house-rules'
import { type AnyNode, isNode, nodesOf, type SourceFile } from './source-file'

/**
 * Reports calls of `processHandle` with a name that `house-rules.ts` does not list, and names that are opened twice.
 */
export function checkHandleNames(files: readonly SourceFile[]): Finding[] {
  const calls = files.flatMap((file) =>
    nodesOf(file.program.body)
      .filter((node) => node.type === 'CallExpression' && isNode(node.callee) && node.callee.name === 'processHandle')
      .map((call) => ({ file, line: file.lineAt(call.start), name: firstArgument(call) })),
  )
  return calls.flatMap(({ file, line, name }, index) => {
    const report = (message: string) => [{ file: file.path, line, rule: 'handles', message }]
    if (!handleNames.includes(name))
      return report(
        `"${name}" is not one of the handles ${handleNames.join(', ')}. A fact belongs in Postgres or Redis.`,
      )
    const earlier = calls.slice(0, index).find((call) => call.name === name)
    if (earlier)
      return report(`the handle "${name}" is already opened in ${earlier.file.path}:${earlier.line}. Import that one.`)
    return []
  })
}

function firstArgument(call: AnyNode): string {
  const [first] = call.arguments as unknown[]
  return isNode(first) && typeof first.value === 'string' ? first.value : '(not a literal)'
}

/**
 * Reports reads of `process.env` outside lib/env.ts. `instrumentation.ts` may read NEXT_RUNTIME, because Next
 * replaces it at build time.
 */
export function checkEnvironmentReaders(files: readonly SourceFile[]): Finding[] {
  return files
    .filter((file) => file.path !== 'lib/env.ts')
    .flatMap((file) => {
      const reads = nodesOf(file.program.body).filter(isProcessEnv)
      return reads
        .filter((read) => !(file.path === 'instrumentation.ts' && file.text.startsWith('.NEXT_RUNTIME', read.end)))
        .map((read) => ({
          file: file.path,
          line: file.lineAt(read.start),
          rule: 'environment',
          message:
            'reads process.env. Only lib/env.ts does: add the variable to its schema and take the value as an argument.',
        }))
    })
}

const isProcessEnv = (node: AnyNode) =>
  node.type === 'MemberExpression' &&
  isNode(node.object) &&
  node.object.name === 'process' &&
  isNode(node.property) &&
  (node.property.name === 'env' || node.property.value === 'env')
