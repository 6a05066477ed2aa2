import { expect, test } from 'vitest'
import { attachmentLimit, attachmentPart } from './turn-request'

const encoded = (bytes: string | Buffer) => Buffer.from(bytes).toString('base64')
const file = (mediaType: string, content: string | Buffer, more: object = {}) => ({
  type: 'file',
  mediaType,
  url: `data:${mediaType};base64,${encoded(content)}`,
  ...more,
})
const png = Buffer.concat([Buffer.from([0x89]), Buffer.from('PNG\r\n\x1a\nrest')])
const accepts = (part: object) => attachmentPart.safeParse(part).success

test('images by their first bytes and texts by their encoding are taken as they are', () => {
  expect(attachmentPart.parse(file('image/png', png, { filename: 'fish.png' }))).toEqual(
    file('image/png', png, { filename: 'fish.png' }),
  )
  expect(accepts(file('image/gif', 'GIF89a…'))).toBe(true)
  expect(accepts(file('image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0])))).toBe(true)
  expect(accepts(file('image/webp', 'RIFF1234WEBPVP8 '))).toBe(true)
  expect(accepts(file('text/markdown', '# Schöne Grüße'))).toBe(true)
})

test.each([
  ['an address elsewhere', { type: 'file', mediaType: 'image/png', url: 'https://example.com/a.png' }],
  ['another type in the address', { ...file('image/png', png), mediaType: 'image/gif' }],
  ['a document with scripts', file('image/svg+xml', '<svg/>')],
  ['a page', file('text/html', '<p>')],
  ['a PDF', file('application/pdf', '%PDF-1.7')],
  ['an image that is none', file('image/png', '<script>')],
  ['text that is not UTF-8', file('text/plain', Buffer.from([0xff, 0xfe, 0x41]))],
  ['text with U+0000', file('text/plain', 'a\0b')],
  ['nothing', file('text/plain', '')],
  ['what is not base64', { ...file('text/plain', ''), url: 'data:text/plain;base64,not base64!' }],
  ['a path for a name', file('text/plain', 'a', { filename: '../../etc/passwd' })],
  ['a name that turns around', file('text/plain', 'a', { filename: 'fish\u202egnp.exe' })],
  ['an unknown field', file('text/plain', 'a', { providerMetadata: {} })],
])('%s is refused', (_, part) => {
  expect(accepts(part)).toBe(false)
})

test('a message has at most 128 KiB of files, and at most eight', () => {
  const parse = (size: number) => attachmentPart.parse(file('text/plain', 'x'.repeat(size)))
  expect(attachmentLimit([parse(100 * 1024), parse(28 * 1024)])).toBeNull()
  expect(attachmentLimit([parse(100 * 1024), parse(28 * 1024 + 1)])).toMatch(/128 KiB/)
  expect(attachmentLimit(Array.from({ length: 9 }, () => parse(1)))).toMatch(/8 files/)
})
