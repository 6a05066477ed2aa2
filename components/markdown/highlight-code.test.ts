import { expect, it } from 'vitest'
import { findCodeLanguage } from '@/components/markdown/code-languages'
import { highlightCode, loadLanguage } from '@/components/markdown/highlight-code'

it('splits code into colored runs without changing it', async () => {
  const code = 'def greet(name):\n    # hello\n    return f"Hi {name}" if True else 42\n'
  await loadLanguage('python')
  const runs = highlightCode(code, 'python')
  expect(runs.map(({ text }) => text).join('')).toBe(code)
  const kindOf = (text: string) => runs.find((run) => run.text.includes(text))?.kind
  expect(kindOf('return')).toBe('keyword')
  expect(kindOf('greet')).toBe('title')
  expect(kindOf('# hello')).toBe('comment')
  expect(kindOf('Hi ')).toBe('string')
  expect(kindOf('42')).toBe('number')
})

it.each(['ts', 'HTML', 'c++', 'sh', 'yml'])('recognizes the language name %s', async (name) => {
  const language = findCodeLanguage(name)
  expect(language).not.toBeNull()
  if (language === null) return
  const code = '<a href="b">c</a> { d: 1 }'
  await loadLanguage(language)
  expect(
    highlightCode(code, language)
      .map(({ text }) => text)
      .join(''),
  ).toBe(code)
})

it.each(['', 'text', 'brainfuck', 'constructor', '__proto__'])('does not recognize %j as a language', (name) => {
  expect(findCodeLanguage(name)).toBeNull()
})
