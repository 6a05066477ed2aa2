/**
 * Whether a closing tag between these texts ends reasoning or is only mentioned. A real one is on a line of its own,
 * directly follows a word of the reasoning, or ends a sentence or a line.
 */
export function closesReasoning(before: string, after: string): boolean | 'unknown' {
  const line = before.slice(before.lastIndexOf('\n') + 1)
  const said = line.trimEnd()
  if (said === '') return true
  const last = said.at(-1) ?? ''
  if (said.length === line.length) {
    if (!/["']/.test(last)) return !/[`([{“‘«<=/\\]/.test(last)
    return after === '' ? 'unknown' : !after.startsWith(last)
  }
  if (/[.!?。！？…]/.test(last)) return true
  const next = /^[ \t]*(\S|[\r\n])/.exec(after)
  return next ? /[\r\n]/.test(next[1] ?? '') : 'unknown'
}
