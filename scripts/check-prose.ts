/**
 * Counts the patterns of `tests/architecture/prose.ts` in all comments and test names, prints the counts,
 * and exits with 1 if one misses its limit. `--list` prints each match with its place. `--in <folder>`
 * limits the count to one folder.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { countProse, prosePatterns, readProse } from '../tests/architecture/prose.ts'
import { listSources } from './test/list-sources.ts'

const { values } = parseArgs({ options: { list: { type: 'boolean' }, in: { type: 'string' } } })
const root = join(import.meta.dirname, '..')
const files = listSources(root).filter((file) => !values.in || file.startsWith(values.in))
const prose = files.flatMap((file) => readProse(file, readFileSync(join(root, file), 'utf8')))
const { words, counts } = countProse(prose.map(({ text }) => text))

if (values.list)
  for (const { file, line, text } of prose)
    for (const { name, atLeast, count } of prosePatterns)
      if (!atLeast && count(text) > 0) console.log(`${file}:${line}  [${name}] ${text.replaceAll('\n', ' ')}`)

console.log(`Prose of ${prose.length} comments and test names, ${words} words; matches per 10,000 words:`)
for (const { pattern, per10000, isMet } of counts)
  console.log(
    `${isMet ? '  ok ' : ' MISS'} ${per10000.toFixed(1).padStart(6)}  ${pattern.atLeast ? '≥' : '≤'} ${pattern.limit}  ${pattern.name}`,
  )
process.exitCode = counts.every(({ isMet }) => isMet) ? 0 : 1
