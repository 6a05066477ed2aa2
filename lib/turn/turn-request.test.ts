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

test('accepts images with a matching signature and texts in UTF-8', () => {
  expect(attachmentPart.parse(file('image/png', png, { filename: 'fish.png' }))).toEqual(
    file('image/png', png, { filename: 'fish.png' }),
  )
  expect(accepts(file('image/gif', 'GIF89a…'))).toBe(true)
  expect(accepts(file('image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0])))).toBe(true)
  expect(accepts(file('image/webp', 'RIFF1234WEBPVP8 '))).toBe(true)
  expect(accepts(file('text/markdown', '# Schöne Grüße'))).toBe(true)
})

test.each([
  ['a remote URL', { type: 'file', mediaType: 'image/png', url: 'https://example.com/a.png' }],
  ['a different type in the URL', { ...file('image/png', png), mediaType: 'image/gif' }],
  ['an SVG document', file('image/svg+xml', '<svg/>')],
  ['an HTML page', file('text/html', '<p>')],
  ['a PDF', file('application/pdf', '%PDF-1.7')],
  ['an image with the wrong signature', file('image/png', '<script>')],
  ['text that is not UTF-8', file('text/plain', Buffer.from([0xff, 0xfe, 0x41]))],
  ['text with U+0000', file('text/plain', 'a\0b')],
  ['an empty file', file('text/plain', '')],
  ['invalid base64', { ...file('text/plain', ''), url: 'data:text/plain;base64,not base64!' }],
  ['a path as a file name', file('text/plain', 'a', { filename: '../../etc/passwd' })],
  ['a file name with a bidirectional override', file('text/plain', 'a', { filename: 'fish\u202egnp.exe' })],
  ['an unknown field', file('text/plain', 'a', { providerMetadata: {} })],
])('rejects %s', (_, part) => {
  expect(accepts(part)).toBe(false)
})

test('limits a message to 128 KiB of files and to eight files', () => {
  const parse = (size: number) => attachmentPart.parse(file('text/plain', 'x'.repeat(size)))
  expect(attachmentLimit([parse(100 * 1024), parse(28 * 1024)])).toBeNull()
  expect(attachmentLimit([parse(100 * 1024), parse(28 * 1024 + 1)])).toMatch(/128 KiB/)
  expect(attachmentLimit(Array.from({ length: 9 }, () => parse(1)))).toMatch(/8 files/)
})
