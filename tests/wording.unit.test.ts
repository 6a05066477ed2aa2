/** That no words stand in a component: they belong into messages/, where every language says them. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { type AnyNode, isNode, nodesOf, parseSource } from '@/tests/architecture/source-file'

/** Attributes that somebody reads or hears. */
const spoken = ['label', 'aria-label', 'title', 'alt', 'placeholder', 'legend', 'message', 'words', 'lead', 'hint']
/** What is the same in every language: our name, and what is typed into a terminal. */
const names = ['Goldfish', 'npm run user:reset -- EMAIL']
/** Folders that still hold words, and the page for when messages cannot be had. */
const notYet = /^(components\/(chat|sidebar|markdown)\/|app\/global-error\.tsx)/

const hasWords = (text: string) => /\p{L}{2}/u.test(text) && !names.includes(text.trim())

function wordsIn(text: string): string[] {
  return nodesOf(parseSource('a.tsx', text).program.body).flatMap((node) => {
    if (node.type === 'JSXText') return hasWords(String(node.value)) ? [String(node.value).trim()] : []
    if (node.type !== 'JSXAttribute' || !isNode(node.name) || !isNode(node.value)) return []
    const value = literalOf(node.value)
    return spoken.includes(String(node.name.name)) && value !== null && hasWords(value) ? [value] : []
  })
}

/** `a="…"` and `a={'…'}`. */
function literalOf(value: AnyNode): string | null {
  const inner = value.type === 'JSXExpressionContainer' && isNode(value.expression) ? value.expression : value
  return inner.type === 'Literal' && typeof inner.value === 'string' ? inner.value : null
}

test('no words in a component', () => {
  const root = join(import.meta.dirname, '..')
  const found = globSync('{app,components}/**/*.tsx', { cwd: root })
    .filter((path) => !path.includes('.test.') && !notYet.test(path))
    .flatMap((path) => wordsIn(readFileSync(join(root, path), 'utf8')).map((words) => `${path}: ${words}`))
  expect(found).toEqual([])
})

describe('words are', () => {
  it.each([
    ['<p>Hello {name}</p>', ['Hello']],
    ['<p>{name} · {1}</p>', []],
    ['<b>Goldfish</b>', []],
    ['<A label="Open" className="grid" />', ['Open']],
    ["<A title={'Open'} />", ['Open']],
    ["<A title={t('open')} />", []],
  ])('%s', (jsx, words) => {
    expect(wordsIn(`export const a = ${jsx}`)).toEqual(words)
  })
})
