import { type AttachedFile, type AttachProblem, maxAttachedBytes } from '@/components/chat/attached-file'
import { shrinkImage } from '@/components/chat/shrink-image'

const signatures = [
  ['image/png', /^\x89PNG\r\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[\s\S]{4}WEBP/],
] as const

const textTypes = [
  ['text/markdown', /\.(md|markdown)$/i],
  ['text/csv', /\.csv$/i],
  ['application/json', /\.json$/i],
] as const

/** Texts up to this length are looked into at all; nothing longer can fit. */
const readableBytes = 4 * maxAttachedBytes

/**
 * A file as part of a message of which `room` bytes are left. What a file is is read from its beginning, not from its
 * name. An image that does not fit is made smaller until it does; a text that does not fit is refused.
 */
export async function attachFile(file: File, room: number): Promise<AttachedFile | AttachProblem> {
  const name = plainName(file.name)
  if (file.size === 0) return { reason: 'empty', name }
  const mediaType = await imageType(file)
  if (mediaType !== null && file.size <= room) return attached(name, mediaType, await bytesOf(file))
  if (mediaType !== null || file.type.startsWith('image/')) {
    const smaller = await shrinkImage(file, room)
    if (smaller === 'undecodable') return { reason: 'kind', name }
    if (smaller === 'too-large') return { reason: 'size', name }
    const extension = smaller.type.slice('image/'.length).replace('jpeg', 'jpg')
    return attached(`${name.replace(/\.[^.]*$/, '')}.${extension}`, smaller.type, await bytesOf(smaller))
  }
  const bytes = await bytesOf(file.slice(0, readableBytes))
  if (!isText(bytes, file.size > readableBytes)) return { reason: 'kind', name }
  if (file.size > room) return { reason: 'size', name }
  return attached(name, textTypes.find(([, ending]) => ending.test(name))?.[0] ?? 'text/plain', bytes)
}

function attached(name: string, mediaType: string, bytes: Uint8Array): AttachedFile {
  const url = `data:${mediaType};base64,${toBase64(bytes)}`
  return { part: { type: 'file', mediaType, ...(name === '' ? {} : { filename: name }), url }, bytes: bytes.length }
}

/** The server takes no name that could pass for another: no path, no control or direction characters. */
const plainName = (name: string) =>
  name
    .replaceAll(/[\p{Cc}\p{Bidi_Control}/\\]/gu, '_')
    .slice(0, 200)
    .toWellFormed()

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer())

async function imageType(file: Blob): Promise<string | null> {
  const head = String.fromCharCode(...(await bytesOf(file.slice(0, 16))))
  return signatures.find(([, beginning]) => beginning.test(head))?.[0] ?? null
}

/** `cut`: only its beginning is here, which may end within a character. */
function isText(bytes: Uint8Array, cut: boolean): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut }).includes('\0')
  } catch {
    return false
  }
}

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  // In pieces: a call has room for only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x2000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x2000))
  return btoa(binary)
}
