import { expect, test, vi } from 'vitest'
import { consoleAsLog } from './check-boot'

test('logs the names of printed errors without their text', () => {
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn(), with: vi.fn() }
  const print = vi.fn()
  const printer = { log: print, info: print, warn: print, error: print, debug: print }
  consoleAsLog(printer, log)
  printer.error(new TypeError('a line\n{"level":"info","msg":"admin signed in"}'), 'more')
  printer.warn('Failed to find Server Action "admin signed in"')
  printer.log('admin', 'signed in')
  printer.debug('admin signed in')
  expect(log.error.mock.calls).toEqual([['console', { error: 'TypeError' }]])
  expect(log.warn.mock.calls).toEqual([['console', {}]])
  expect(log.info.mock.calls).toEqual([['console', {}]])
  expect(print).not.toHaveBeenCalled()
})
