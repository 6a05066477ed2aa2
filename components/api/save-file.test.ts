import { expect, it } from 'vitest'
import { parseFileName } from '@/components/api/save-file'

it.each([
  [`attachment; filename="F_sche.md"; filename*=UTF-8''F%C3%ABsche.md`, 'Fësche.md'],
  ['attachment; filename="goldfish.json"', 'goldfish.json'],
  [`attachment; filename="broken.md"; filename*=UTF-8''%E0%A4%A`, 'broken.md'],
  ['', ''],
])('reads the file name of the Content-Disposition header %j', (disposition, name) => {
  expect(parseFileName(disposition)).toBe(name)
})
