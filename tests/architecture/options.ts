/** Some libraries keep state in the process by default. These rules check the options that must disable it. */
import type { Finding } from './finding'
import { launcherVariables, runtimeVariables } from './house-rules'
import { type AnyNode, isNode, nodesOf, type SourceFile } from './source-file'

type Report = (node: AnyNode, message: string) => Finding

const reporterFor =
  (file: SourceFile, rule: string): Report =>
  (node, message) => ({ file: file.path, line: file.lineAt(node.start), rule, message })

/**
 * Reports in-memory caches of Next. Next caches rendered pages in memory by default, and more with cacheComponents.
 */
export function checkNextConfig(file: SourceFile): Finding[] {
  const report = reporterFor(file, 'next-options')
  const properties = propertiesOf(file.program.body)
  const size = properties.filter((property) => property.name === 'cacheMaxMemorySize')
  const findings = properties
    .filter(({ name, value }) => (name === 'cacheComponents' || name === 'useCache') && value.value !== false)
    .map(({ name, value }) => report(value, `${name} caches in the process. Remove it.`))
  if (size.length === 0) findings.push(report(startOf(file), 'cacheMaxMemorySize is not set. Set it to 0.'))
  for (const { value } of size)
    if (value.value !== 0) findings.push(report(value, 'cacheMaxMemorySize keeps pages in the process. Set it to 0.'))
  return findings
}

/**
 * Reports better-auth options that would keep state elsewhere. Sessions must be only in Postgres and read on each
 * request. Rate-limit counters must be in our storage, or the limiter must be disabled.
 */
export function checkAuthOptions(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => {
    const report = reporterFor(file, 'auth-options')
    return callsOf(file, 'CallExpression', 'betterAuth').flatMap((call) => {
      const properties = propertiesOf(call.arguments)
      const named = (name: string) => properties.filter((property) => property.name === name)
      return [
        ...named('secondaryStorage').map(({ value }) =>
          report(
            value,
            'secondaryStorage moves sessions out of Postgres. Use rateLimit.customStorage for the counters.',
          ),
        ),
        ...named('cookieCache')
          .filter(
            ({ value }) => !propertiesOf(value).some((one) => one.name === 'enabled' && one.value.value === false),
          )
          .map(({ value }) => report(value, 'cookieCache keeps revoked sessions valid. Set enabled: false.')),
        ...(named('rateLimit').some(({ value }) =>
          propertiesOf(value).some(
            (one) => one.name === 'customStorage' || (one.name === 'enabled' && one.value.value === false),
          ),
        )
          ? []
          : [report(call, 'rateLimit.customStorage is not set: better-auth would count in a Map of this process.')]),
      ]
    })
  })
}

/**
 * Reports defaults of @upstash/ratelimit: it keeps blocked callers in a Map, and admits all callers after a timeout.
 */
export function checkRatelimitOptions(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => {
    const report = reporterFor(file, 'ratelimit-options')
    return callsOf(file, 'NewExpression', 'Ratelimit').flatMap((call) => {
      const properties = propertiesOf(call.arguments)
      const has = (name: string, wanted: unknown) =>
        properties.some((property) => property.name === name && property.value.value === wanted)
      return [
        ...(has('ephemeralCache', false)
          ? []
          : [report(call, 'Set ephemeralCache: false; its default is a Map in the process.')]),
        ...(has('timeout', 0)
          ? []
          : [report(call, 'Set timeout: 0; with any other value the limiter admits all callers after a timeout.')]),
      ]
    })
  })
}

/**
 * Reports differences between `.env.example` and `lib/env.ts`. Variables of the launcher and the runtime are
 * excepted.
 */
export function checkEnvironmentExample(schemaKeys: readonly string[], example: string): Finding[] {
  const listed = exampleKeys(example)
  const report = (line: number, message: string): Finding => ({
    file: '.env.example',
    line,
    rule: 'environment',
    message,
  })
  const missing = schemaKeys.filter((key) => !listed.has(key) && !runtimeVariables.includes(key))
  const unknown = [...listed].filter(([key]) => !schemaKeys.includes(key) && !launcherVariables.includes(key))
  return [
    ...missing.map((key) => report(1, `does not list ${key}. Add it with a line that describes it.`)),
    ...unknown.map(([key, line]) =>
      report(line, `lists ${key}, which no code reads. Remove it, or add it to lib/env.ts.`),
    ),
  ]
}

/** Returns the keys of `KEY=` and `# KEY=` lines with their line numbers. */
export function exampleKeys(example: string): Map<string, number> {
  const keys = new Map<string, number>()
  for (const [index, line] of example.split('\n').entries()) {
    const key = /^(?:#\s*)?([A-Z][A-Z0-9_]*)=/.exec(line)?.[1]
    if (key) keys.set(key, index + 1)
  }
  return keys
}

const startOf = (file: SourceFile) => file.program as unknown as AnyNode

function callsOf(file: SourceFile, type: 'CallExpression' | 'NewExpression', name: string): AnyNode[] {
  return nodesOf(file.program.body).filter(
    (node) => node.type === type && isNode(node.callee) && node.callee.name === name,
  )
}

/** Returns every `name: value` below a node, at any depth. */
function propertiesOf(root: unknown): { name: string; value: AnyNode }[] {
  return nodesOf(root).flatMap((node) => {
    if (node.type !== 'Property' || !isNode(node.key) || !isNode(node.value)) return []
    const name = node.key.name ?? node.key.value
    return typeof name === 'string' ? [{ name, value: node.value }] : []
  })
}
