import { expect, test } from 'vitest'
import { expectConsole } from './quiet-console'

test('expected output is let through', () => {
  expectConsole('warn', /careful/)
  console.warn('be careful', 1)
})

test.fails('stray output fails the test that made it', () => {
  console.error('nobody asked')
  expect(true).toBe(true)
})

test.fails('so does output that was promised and did not come', () => {
  expectConsole('error', /never/)
})
