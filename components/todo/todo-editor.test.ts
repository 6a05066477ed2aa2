import { expect, it } from 'vitest'
import { cleanLine, cleanLines } from '@/components/todo/todo-editor'
import { todoDescription, todoTitle } from '@/lib/todo/todos'

it.each([
  ['  Milk\t\nand  tea ', 'Milk and  tea'],
  ['a\0b\u2028c', 'a b c'],
  ['\n \t', ''],
])('cleanLine turns %j into %j', (text, line) => {
  expect(cleanLine(text)).toBe(line)
})

it('cleanLines keeps the line breaks of a description', () => {
  expect(cleanLines(' a\r\n\tb\u001b[31m\0c ')).toBe('a\r\n\tb [31m c')
})

it.each(['a\0b', 'two\nlines', 'a\ud800b', '\u0085x'])(
  'turns %j into a title and a description that the server accepts',
  (text) => {
    expect(todoTitle.safeParse(cleanLine(text)).success).toBe(true)
    expect(todoDescription.safeParse(cleanLines(text)).success).toBe(true)
  },
)
