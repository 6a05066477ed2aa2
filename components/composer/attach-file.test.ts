import { describe, expect, it, vi } from 'vitest'
import { attachFile } from '@/components/composer/attach-file'
import { type AttachedFile, attachedBytes, attachedText } from '@/components/composer/attached-file'
import { attachmentPart } from '@/lib/turn/turn-request'

const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0])
const file = (content: BlobPart, name: string, type = '') => new File([content], name, { type })
const maxBytes = 1000
const accepted = async (input: File) => (await attachFile(input, maxBytes)) as AttachedFile

describe('attachFile', () => {
  it.each([
    ['notes.md', 'text/markdown'],
    ['table.CSV', 'text/csv'],
    ['data.json', 'application/json'],
    ['main.py', 'text/plain'],
    ['LICENSE', 'text/plain'],
  ])('attaches %s as %s in the format that the server accepts', async (name, mediaType) => {
    const { part, bytes } = await accepted(file('Grüße, 漢字', name))
    expect(attachmentPart.parse(part)).toEqual({ type: 'file', mediaType, filename: name, url: part.url })
    expect(attachedText(part.url)).toBe('Grüße, 漢字')
    expect(attachedBytes(part.url)).toBe(bytes)
  })

  it('detects the type of an image from its signature instead of its name', async () => {
    const { part } = await accepted(file(png, 'photo.jpg', 'image/jpeg'))
    expect(part.mediaType).toBe('image/png')
    expect(attachmentPart.safeParse(part).success).toBe(true)
  })

  it.each([
    '../../etc/pa\u0000ss\\wd.txt',
    '\u202egnp.txt',
    `${'x'.repeat(300)}.txt`,
    '<img src=x onerror=alert(1)>.txt',
  ])('turns the name %j into one that the server accepts', async (name) => {
    expect(attachmentPart.safeParse((await accepted(file('x', name))).part).success).toBe(true)
  })

  it.each([
    ['empty', file('', 'a.txt')],
    ['size', file('x'.repeat(1001), 'a.txt')],
    ['kind', file(Uint8Array.from([0xff, 0xfe, 0x00]), 'a.txt')],
    ['kind', file('a\0b', 'a.txt')],
    ['kind', file(Uint8Array.from([0x25, 0x50, 0x44, 0x46, 0x2d, 0xe2, 0xe3]), 'a.pdf', 'application/pdf')],
  ])('rejects a file with the reason "%s"', async (reason, input) => {
    expect(await attachFile(input, maxBytes)).toEqual({ reason, name: input.name })
  })

  it('rejects an image that is too large and cannot be decoded', async () => {
    const large = file(new Uint8Array([...png, ...new Uint8Array(2000)]), 'large.png', 'image/png')
    vi.stubGlobal('createImageBitmap', () => Promise.reject(new Error('not an image')))
    expect(await attachFile(large, maxBytes)).toEqual({ reason: 'kind', name: 'large.png' })
    vi.unstubAllGlobals()
  })
})
