import { expect, it } from 'vitest'
import { fileNameOf } from '@/components/api/save-file'

it.each([
  [`attachment; filename="F_sche.md"; filename*=UTF-8''F%C3%ABsche.md`, 'Fësche.md'],
  ['attachment; filename="goldfish.json"', 'goldfish.json'],
  [`attachment; filename="broken.md"; filename*=UTF-8''%E0%A4%A`, 'broken.md'],
  ['', ''],
])('%s', (disposition, name) => {
  expect(fileNameOf(disposition)).toBe(name)
})
