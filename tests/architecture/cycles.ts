import type { Finding } from './finding'
import { resolveImport, type SourceFile } from './source-file'

/**
 * Reports import cycles, types included. Each set of mutually reachable files is reported once, with one shortest
 * path.
 */
export function checkCycles(files: readonly SourceFile[]): Finding[] {
  const paths = new Set(files.map((file) => file.path))
  const next = new Map(
    files.map((file) => [
      file.path,
      file.importEdges.flatMap((edge) => {
        const target = resolveImport(file.path, edge.specifier, paths)
        return target === null ? [] : [{ target, line: edge.line }]
      }),
    ]),
  )
  const reported = new Set<string>()
  return files.flatMap((file) => {
    if (reported.has(file.path)) return []
    const cycle = shortestCycle(file.path, next)
    if (!cycle) return []
    for (const path of cycle) reported.add(path)
    const line = next.get(file.path)?.find((edge) => edge.target === (cycle[1] ?? file.path))?.line ?? 1
    const message = `import cycle: ${[...cycle, file.path].join(' → ')}. Move shared code into a separate file, or pass it as an argument.`
    return [{ file: file.path, line, rule: 'cycles', message }]
  })
}

/** Returns the shortest path from a file back to itself without the last step, or null if there is none. */
function shortestCycle(start: string, next: ReadonlyMap<string, readonly { target: string }[]>): string[] | null {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const path of queue) {
    for (const { target } of next.get(path) ?? []) {
      if (target === start) return trace(path, start, cameFrom)
      if (cameFrom.has(target)) continue
      cameFrom.set(target, path)
      queue.push(target)
    }
  }
  return null
}

function trace(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [end]
  for (let path = end; path !== start; ) {
    path = cameFrom.get(path) ?? start
    way.unshift(path)
  }
  return way
}
