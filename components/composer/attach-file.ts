import type { AttachedFile, AttachProblem } from '@/components/composer/attached-file'
import { maxAttachedBytes } from '@/lib/contract/limits'

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

/** At most this many bytes of a file are checked for text. Longer files never fit into a message. */
const readableBytes = 4 * maxAttachedBytes

/**
 * Converts a file to a message part of at most `maxBytes`. The type is detected from the first bytes, not from
 * the name. An image that is too large is scaled down until it fits. A text that is too large is rejected.
 */
export async function attachFile(file: File, maxBytes: number): Promise<AttachedFile | AttachProblem> {
  const name = sanitizeFileName(file.name)
  if (file.size === 0) return { reason: 'empty', name }
  const mediaType = await imageType(file)
  if (mediaType !== null && file.size <= maxBytes) return toAttachedFile(name, mediaType, await readBytes(file))
  if (mediaType !== null || file.type.startsWith('image/')) {
    const smaller = await shrinkImage(file, maxBytes)
    if (smaller === 'undecodable') return { reason: 'kind', name }
    if (smaller === 'too-large') return { reason: 'size', name }
    const extension = smaller.type.slice('image/'.length).replace('jpeg', 'jpg')
    return toAttachedFile(`${name.replace(/\.[^.]*$/, '')}.${extension}`, smaller.type, await readBytes(smaller))
  }
  const bytes = await readBytes(file.slice(0, readableBytes))
  if (!isText(bytes, file.size > readableBytes)) return { reason: 'kind', name }
  if (file.size > maxBytes) return { reason: 'size', name }
  return toAttachedFile(name, textTypes.find(([, ending]) => ending.test(name))?.[0] ?? 'text/plain', bytes)
}

function toAttachedFile(name: string, mediaType: string, bytes: Uint8Array): AttachedFile {
  const url = `data:${mediaType};base64,${toBase64(bytes)}`
  return { part: { type: 'file', mediaType, ...(name === '' ? {} : { filename: name }), url }, bytes: bytes.length }
}

/**
 * The server rejects file names with path separators, control characters or direction marks, so they are
 * replaced.
 */
const sanitizeFileName = (name: string) =>
  name
    .replaceAll(/[\p{Cc}\p{Bidi_Control}/\\]/gu, '_')
    .slice(0, 200)
    .toWellFormed()

const readBytes = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer())

async function imageType(file: Blob): Promise<string | null> {
  const head = String.fromCharCode(...(await readBytes(file.slice(0, 16))))
  return signatures.find(([, signature]) => signature.test(head))?.[0] ?? null
}

/** Returns whether the bytes are valid UTF-8. If `cut` is true, the bytes may end within a character. */
function isText(bytes: Uint8Array, cut: boolean): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut }).includes('\0')
  } catch {
    return false
  }
}

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  // `String.fromCharCode` accepts a limited number of arguments, so the bytes are converted in pieces.
  for (let at = 0; at < bytes.length; at += 0x2000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x2000))
  return btoa(binary)
}

/** Longest side in pixels and quality, best first. With the last entry, any image fits into a few KiB. */
const shrinkSteps = [
  [1600, 0.85],
  [1280, 0.8],
  [1024, 0.75],
  [768, 0.7],
  [512, 0.6],
  [320, 0.5],
] as const

/** Returns the image as WebP or JPEG of at most `maxBytes`. This also removes metadata, such as the location. */
async function shrinkImage(file: Blob, maxBytes: number): Promise<Blob | 'undecodable' | 'too-large'> {
  const image = await createImageBitmap(file).catch(() => null)
  if (image === null) return 'undecodable'
  try {
    for (const [side, quality] of shrinkSteps) {
      const smaller = await draw(image, side, quality)
      if (smaller !== null && smaller.size <= maxBytes) return smaller
    }
    return 'too-large'
  } finally {
    image.close()
  }
}

async function draw(image: ImageBitmap, side: number, quality: number): Promise<Blob | null> {
  const scale = Math.min(1, side / Math.max(image.width, image.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(image.width * scale))
  canvas.height = Math.max(1, Math.round(image.height * scale))
  const drawing = canvas.getContext('2d')
  if (drawing === null) return null
  drawing.imageSmoothingQuality = 'high'
  drawing.drawImage(image, 0, 0, canvas.width, canvas.height)
  const webp = await encode(canvas, 'image/webp', quality)
  if (webp?.type === 'image/webp') return webp
  // Safari cannot encode WebP and returns a PNG. JPEG has no transparency, so transparent areas become white.
  drawing.globalCompositeOperation = 'destination-over'
  drawing.fillStyle = 'white'
  drawing.fillRect(0, 0, canvas.width, canvas.height)
  return encode(canvas, 'image/jpeg', quality)
}

const encode = (canvas: HTMLCanvasElement, type: string, quality: number) =>
  new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality))
