/**
 * Checks that components contain no literal texts. Texts must be in messages/, where they exist in every
 * language.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { type AnyNode, isNode, nodesOf, parseSource } from '@/tests/architecture/source-file'

/** Attributes that users read or that screen readers announce. */
const readableAttributes = ['label', 'aria-label', 'title', 'alt', 'placeholder', 'legend', 'message', 'lead', 'hint']
/** Texts that are the same in all languages: the product name and a command. */
const names = ['Goldfish', 'npm run user:reset -- EMAIL']
/**
 * Exceptions: folders that still contain texts, and the error page that is shown if messages cannot be loaded.
 */
const exceptions = /^(components\/(chat|sidebar|markdown)\/|app\/global-error\.tsx)/

const isText = (text: string) => /\p{L}{2}/u.test(text) && !names.includes(text.trim())

function literalTexts(text: string): string[] {
  return nodesOf(parseSource('a.tsx', text).program.body).flatMap((node) => {
    if (node.type === 'JSXText') return isText(String(node.value)) ? [String(node.value).trim()] : []
    if (node.type !== 'JSXAttribute' || !isNode(node.name) || !isNode(node.value)) return []
    const value = literalOf(node.value)
    return readableAttributes.includes(String(node.name.name)) && value !== null && isText(value) ? [value] : []
  })
}

/** `a="…"` and `a={'…'}`. */
function literalOf(value: AnyNode): string | null {
  const inner = value.type === 'JSXExpressionContainer' && isNode(value.expression) ? value.expression : value
  return inner.type === 'Literal' && typeof inner.value === 'string' ? inner.value : null
}

test('components contain no literal texts', () => {
  const root = join(import.meta.dirname, '..')
  const found = globSync('{app,components}/**/*.tsx', { cwd: root })
    .filter((path) => !path.includes('.test.') && !exceptions.test(path))
    .flatMap((path) => literalTexts(readFileSync(join(root, path), 'utf8')).map((texts) => `${path}: ${texts}`))
  expect(found).toEqual([])
})

describe('literalTexts', () => {
  it.each([
    ['<p>Hello {name}</p>', ['Hello']],
    ['<p>{name} · {1}</p>', []],
    ['<b>Goldfish</b>', []],
    ['<A label="Open" className="grid" />', ['Open']],
    ["<A title={'Open'} />", ['Open']],
    ["<A title={t('open')} />", []],
  ])('finds the texts of %s', (jsx, texts) => {
    expect(literalTexts(`export const a = ${jsx}`)).toEqual(texts)
  })
})
