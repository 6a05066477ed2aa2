/**
 * Checks that all languages are complete. The compiler checks that used keys exist and receive their arguments.
 */
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

/** Returns a map from `namespace.key.of.message` to the text. */
function textsOf(messages: Texts, path = ''): Map<string, string> {
  const entries = Object.entries(messages).map(([key, text]) => [path === '' ? key : `${path}.${key}`, text] as const)
  return new Map(
    entries.flatMap(([key, text]) => (typeof text === 'string' ? [[key, text] as const] : [...textsOf(text, key)])),
  )
}

const kinds = ['value', 'select', 'plural', 'selectordinal', 'number', 'date', 'time'] as const
type Argument = { name: string; kind: string; options: string[] }

/** Returns all arguments of a parsed message, including those nested in the options of other arguments. */
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

/**
 * Returns the part that a translation must share with the original: its arguments and the options of each
 * `select`.
 */
const signatureOf = (text: string) =>
  new Set(
    argumentsOf(compile(text)).map(
      ({ name, kind, options }) => `${name}: ${kind} ${kind === 'select' ? options.toSorted() : ''}`,
    ),
  )

describe.each(languages)('messages in %s', (language) => {
  const own = texts[language]

  it('the translation has exactly the keys of the English messages', () => {
    expect([...own.keys()].toSorted()).toEqual([...texts.en.keys()].toSorted())
  })

  it('the translation has no empty text', () => {
    expect([...own].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  it('each translated message has the arguments of the English one', () => {
    for (const [key, text] of own) expect(signatureOf(text), key).toEqual(signatureOf(texts.en.get(key) ?? ''))
  })

  it('each plural message has a text for every plural category of its language', () => {
    for (const [key, text] of own)
      for (const { kind, options } of argumentsOf(compile(text))) {
        if (kind !== 'plural' && kind !== 'selectordinal') continue
        const type = kind === 'plural' ? 'cardinal' : 'ordinal'
        const categories = new Intl.PluralRules(language, { type }).resolvedOptions().pluralCategories
        expect(options.filter((option) => !option.startsWith('=')).toSorted(), key).toEqual(categories.toSorted())
      }
  })
})

test('every error code has a message', () => {
  expect(Object.keys(en.error)).toEqual(expect.arrayContaining(Object.keys(errorTable)))
})

test('every message is used by a component, page or email', () => {
  const root = join(import.meta.dirname, '..')
  const sources = globSync('{app,components,lib}/**/*.{ts,tsx}', { cwd: root })
    .filter((path) => !path.includes('.test.'))
    .map((path) => readFileSync(join(root, path), 'utf8'))
  const isUsed = (key: string) => {
    const [namespace, ...rest] = key.split('.')
    const name = rest.join('.')
    // Either as a component requests it, or by its type: `ReturnType<typeof useTranslations<'answer'>>`.
    const usesNamespace = (source: string) => source.includes(`('${namespace}')`) || source.includes(`<'${namespace}'>`)
    return sources.some((source) => usesNamespace(source) && mentions(source, name))
  }
  // Keys of errors are not used literally, because they are looked up by the code that the server sends.
  const unused = [...texts.en.keys()].filter((key) => !key.startsWith('error.') && !isUsed(key))
  expect(unused).toEqual([])
})

/** Returns whether a source contains the key literally or in a template such as `key.${kind}`. */
function mentions(source: string, key: string): boolean {
  if (source.includes(`'${key}'`)) return true
  const templates = [...source.matchAll(/`([^`\s]*\$\{[^`\s]*)`/g)].map(([, template]) => template ?? '')
  return templates.some((template) => {
    const parts = template.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'))
    return parts.some((part) => part !== '') && new RegExp(`^${parts.join('[^.]+')}$`).test(key)
  })
}
