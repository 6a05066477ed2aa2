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
