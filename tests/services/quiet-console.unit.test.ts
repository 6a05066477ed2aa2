import { expect, test } from 'vitest'
import { expectConsole } from './quiet-console'

test('allows expected output', () => {
  expectConsole('warn', /careful/)
  console.warn('be careful', 1)
})

test.fails('fails a test with unexpected output', () => {
  console.error('unexpected')
  expect(true).toBe(true)
})

test.fails('fails a test if its expected output is missing', () => {
  expectConsole('error', /never/)
})
