/** The libraries we use can remember too, when asked to. These read the options that forbid it. */
import type { Finding } from './finding'
import { launcherVariables, runtimeVariables } from './house-rules'
import { type AnyNode, isNode, nodesOf, type SourceFile } from './source-file'

type Complain = (node: AnyNode, message: string) => Finding

const complainIn =
  (file: SourceFile, rule: string): Complain =>
  (node, message) => ({ file: file.path, line: file.lineAt(node.start), rule, message })

/** Next keeps rendered pages in memory, and with cacheComponents more than that, unless told not to. */
export function checkNextConfig(file: SourceFile): Finding[] {
  const complain = complainIn(file, 'next-options')
  const properties = propertiesOf(file.program.body)
  const size = properties.filter((property) => property.name === 'cacheMaxMemorySize')
  const findings = properties
    .filter(({ name, value }) => (name === 'cacheComponents' || name === 'useCache') && value.value !== false)
    .map(({ name, value }) => complain(value, `${name} caches in the process. Take it out (design/stack.md §1).`))
  if (size.length === 0) findings.push(complain(startOf(file), 'cacheMaxMemorySize is not set. Set it to 0.'))
  for (const { value } of size)
    if (value.value !== 0) findings.push(complain(value, 'cacheMaxMemorySize keeps pages in the process. Set it to 0.'))
  return findings
}

/** better-auth: sessions only in Postgres, looked up each time; its counters in our storage, or nowhere. */
export function checkAuthOptions(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => {
    const complain = complainIn(file, 'auth-options')
    return callsOf(file, 'CallExpression', 'betterAuth').flatMap((call) => {
      const properties = propertiesOf(call.arguments)
      const named = (name: string) => properties.filter((property) => property.name === name)
      return [
        ...named('secondaryStorage').map(({ value }) =>
          complain(
            value,
            'secondaryStorage takes sessions out of Postgres. Use rateLimit.customStorage for the counters.',
          ),
        ),
        ...named('cookieCache')
          .filter(
            ({ value }) => !propertiesOf(value).some((one) => one.name === 'enabled' && one.value.value === false),
          )
          .map(({ value }) => complain(value, 'cookieCache lets a revoked session live on. Set enabled: false.')),
        ...(named('rateLimit').some(({ value }) =>
          propertiesOf(value).some(
            (one) => one.name === 'customStorage' || (one.name === 'enabled' && one.value.value === false),
          ),
        )
          ? []
          : [complain(call, 'rateLimit.customStorage is not set: better-auth would count in a Map of this process.')]),
      ]
    })
  })
}

/** @upstash/ratelimit keeps blocked callers in a Map and lets everybody through after its timeout, by default. */
export function checkRatelimitOptions(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => {
    const complain = complainIn(file, 'ratelimit-options')
    return callsOf(file, 'NewExpression', 'Ratelimit').flatMap((call) => {
      const properties = propertiesOf(call.arguments)
      const has = (name: string, wanted: unknown) =>
        properties.some((property) => property.name === name && property.value.value === wanted)
      return [
        ...(has('ephemeralCache', false)
          ? []
          : [complain(call, 'Set ephemeralCache: false; its default is a Map here.')]),
        ...(has('timeout', 0) ? [] : [complain(call, 'Set timeout: 0; any other lets everybody in when it runs out.')]),
      ]
    })
  })
}

/** `.env.example` names what `lib/env.ts` reads, and nothing else but what only the launcher reads. */
export function checkEnvironmentExample(schemaKeys: readonly string[], example: string): Finding[] {
  const shown = exampleKeys(example)
  const complain = (line: number, message: string): Finding => ({
    file: '.env.example',
    line,
    rule: 'environment',
    message,
  })
  const missing = schemaKeys.filter((key) => !shown.has(key) && !runtimeVariables.includes(key))
  const unknown = [...shown].filter(([key]) => !schemaKeys.includes(key) && !launcherVariables.includes(key))
  return [
    ...missing.map((key) => complain(1, `does not name ${key}. Add it with a line on what it does.`)),
    ...unknown.map(([key, line]) =>
      complain(line, `names ${key}, which nothing reads. Take it out, or add it to lib/env.ts.`),
    ),
  ]
}

/** The keys of `KEY=` and `# KEY=` lines, each with its line. */
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

/** Every `name: value` below a node, however deep. */
function propertiesOf(root: unknown): { name: string; value: AnyNode }[] {
  return nodesOf(root).flatMap((node) => {
    if (node.type !== 'Property' || !isNode(node.key) || !isNode(node.value)) return []
    const name = node.key.name ?? node.key.value
    return typeof name === 'string' ? [{ name, value: node.value }] : []
  })
}
