/** That every language says everything. That a key in use exists, and gets its arguments, is the compiler's to see. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import compile from 'icu-minify/compile'
import { describe, expect, it, test } from 'vitest'
import { languages } from '@/lib/contract/api'
import { errorTable } from '@/lib/errors'
import { ar } from '@/messages/ar'
import { de } from '@/messages/de'
import { en } from '@/messages/en'

type Texts = { readonly [key: string]: string | Texts }
const texts = { en: textsOf(en), de: textsOf(de), ar: textsOf(ar) }

/** `namespace.key.of.message` → its text. */
function textsOf(messages: Texts, path = ''): Map<string, string> {
  const entries = Object.entries(messages).map(([key, text]) => [path === '' ? key : `${path}.${key}`, text] as const)
  return new Map(
    entries.flatMap(([key, text]) => (typeof text === 'string' ? [[key, text] as const] : [...textsOf(text, key)])),
  )
}

const kinds = ['value', 'select', 'plural', 'selectordinal', 'number', 'date', 'time'] as const
type Argument = { name: string; kind: string; options: string[] }

/** Every argument of a parsed message, also those inside of another's options. */
function argumentsOf(message: unknown): Argument[] {
  return Array.isArray(message) ? message.flatMap(argumentsOfNode) : []
}

function argumentsOfNode(node: unknown): Argument[] {
  if (!Array.isArray(node)) return []
  const [name, type, options] = node
  if (type === undefined) return [{ name, kind: 'value', options: [] }]
  if (typeof type !== 'number' || type === 0) return [{ name, kind: 'tag', options: [] }, ...argumentsOf(node.slice(1))]
  const choices: [string, unknown][] = type <= 3 ? Object.entries(options) : []
  const own = { name, kind: kinds[type] ?? '', options: choices.map(([choice]) => choice) }
  return [own, ...choices.flatMap(([, text]) => argumentsOf(text))]
}

/** What a translation has to share with the original: the arguments, and which words a `select` tells apart. */
const signatureOf = (text: string) =>
  new Set(
    argumentsOf(compile(text)).map(
      ({ name, kind, options }) => `${name}: ${kind} ${kind === 'select' ? options.toSorted() : ''}`,
    ),
  )

describe.each(languages)('%s', (language) => {
  const own = texts[language]

  it('has exactly the keys of English', () => {
    expect([...own.keys()].toSorted()).toEqual([...texts.en.keys()].toSorted())
  })

  it('says something everywhere', () => {
    expect([...own].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  it('has the arguments of English', () => {
    for (const [key, text] of own) expect(signatureOf(text), key).toEqual(signatureOf(texts.en.get(key) ?? ''))
  })

  it('has a text for every plural that the language has', () => {
    for (const [key, text] of own)
      for (const { kind, options } of argumentsOf(compile(text))) {
        if (kind !== 'plural' && kind !== 'selectordinal') continue
        const type = kind === 'plural' ? 'cardinal' : 'ordinal'
        const categories = new Intl.PluralRules(language, { type }).resolvedOptions().pluralCategories
        expect(options.filter((option) => !option.startsWith('=')).toSorted(), key).toEqual(categories.toSorted())
      }
  })
})

test('every error code has its sentence', () => {
  expect(Object.keys(en.error)).toEqual(expect.arrayContaining(Object.keys(errorTable)))
})

test('every message is said somewhere', () => {
  const root = join(import.meta.dirname, '..')
  const sources = globSync('{app,components,lib}/**/*.{ts,tsx}', { cwd: root })
    .filter((path) => !path.includes('.test.'))
    .map((path) => readFileSync(join(root, path), 'utf8'))
  const isSaid = (key: string) => {
    const [namespace, ...rest] = key.split('.')
    const said = rest.join('.')
    // As a component asks for it, or as a function is handed what says it: `ReturnType<typeof useTranslations<'answer'>>`.
    const speaks = (source: string) => source.includes(`('${namespace}')`) || source.includes(`<'${namespace}'>`)
    return sources.some((source) => speaks(source) && mentions(source, said))
  }
  // Errors are said by the code that the server sends.
  const unsaid = [...texts.en.keys()].filter((key) => !key.startsWith('error.') && !isSaid(key))
  expect(unsaid).toEqual([])
})

/** As `'key'`, or as a template that can become it: `key.${kind}`. */
function mentions(source: string, key: string): boolean {
  if (source.includes(`'${key}'`)) return true
  const templates = [...source.matchAll(/`([^`\s]*\$\{[^`\s]*)`/g)].map(([, template]) => template ?? '')
  return templates.some((template) => {
    const parts = template.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'))
    return parts.some((part) => part !== '') && new RegExp(`^${parts.join('[^.]+')}$`).test(key)
  })
}
