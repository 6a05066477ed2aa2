import { type AttachedFile, type AttachProblem, maxAttachedBytes } from '@/components/composer/attached-file'

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

/** Longest side in pixels and quality, best first. The last one fits into a few KiB, whatever is in the picture. */
const attempts = [
  [1600, 0.85],
  [1280, 0.8],
  [1024, 0.75],
  [768, 0.7],
  [512, 0.6],
  [320, 0.5],
] as const

/** The image as WebP or JPEG of at most `room` bytes. Its metadata (where it was taken, by whom) is gone then. */
export async function shrinkImage(file: Blob, room: number): Promise<Blob | 'undecodable' | 'too-large'> {
  const image = await createImageBitmap(file).catch(() => null)
  if (image === null) return 'undecodable'
  try {
    for (const [side, quality] of attempts) {
      const smaller = await draw(image, side, quality)
      if (smaller !== null && smaller.size <= room) return smaller
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
  const pen = canvas.getContext('2d')
  if (pen === null) return null
  pen.imageSmoothingQuality = 'high'
  pen.drawImage(image, 0, 0, canvas.width, canvas.height)
  const webp = await encode(canvas, 'image/webp', quality)
  if (webp?.type === 'image/webp') return webp
  // Safari writes no WebP, and gives back a PNG. JPEG knows no transparency: what was see-through becomes white.
  pen.globalCompositeOperation = 'destination-over'
  pen.fillStyle = 'white'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  return encode(canvas, 'image/jpeg', quality)
}

const encode = (canvas: HTMLCanvasElement, type: string, quality: number) =>
  new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality))
