import type { Finding } from './finding'
import { resolveArrow, type SourceFile } from './source-file'

/** Import cycles, types included: each set of files that reach one another is reported once, by one way round. */
export function checkCycles(files: readonly SourceFile[]): Finding[] {
  const paths = new Set(files.map((file) => file.path))
  const next = new Map(
    files.map((file) => [
      file.path,
      file.arrows.flatMap((arrow) => {
        const target = resolveArrow(file.path, arrow.specifier, paths)
        return target === null ? [] : [{ target, line: arrow.line }]
      }),
    ]),
  )
  const reported = new Set<string>()
  return files.flatMap((file) => {
    if (reported.has(file.path)) return []
    const way = wayBack(file.path, next)
    if (!way) return []
    for (const path of way) reported.add(path)
    const line = next.get(file.path)?.find((arrow) => arrow.target === (way[1] ?? file.path))?.line ?? 1
    const message = `import cycle: ${[...way, file.path].join(' → ')}. Move what both need into a file of its own, or pass it as an argument.`
    return [{ file: file.path, line, rule: 'cycles', message }]
  })
}

/** The shortest way from a file to itself, without the last step; null if there is none. */
function wayBack(start: string, next: ReadonlyMap<string, readonly { target: string }[]>): string[] | null {
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
