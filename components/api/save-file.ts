import { type Failure, networkFailure, readFailure } from '@/components/api/failure'

/**
 * Downloads `path` and saves it under the file name that the server sends. It uses `fetch` instead of a link, so
 * that an error is shown on the page and not saved as a file. Browsers keep large blobs on disk.
 */
export async function saveFile(path: string): Promise<Failure | null> {
  try {
    const response = await fetch(path, { cache: 'no-store' })
    if (!response.ok) return readFailure(response)
    const address = URL.createObjectURL(await response.blob())
    const link = document.createElement('a')
    link.href = address
    link.download = parseFileName(response.headers.get('content-disposition') ?? '')
    link.click()
    // Revoking the URL immediately would abort the download, because the browser reads the blob asynchronously.
    setTimeout(() => URL.revokeObjectURL(address), 60_000)
    return null
  } catch {
    return networkFailure
  }
}

/**
 * Returns the file name of a `Content-Disposition` header, preferring the UTF-8 one. Returns an empty string if
 * there is none; the browser then chooses a name.
 */
export function parseFileName(disposition: string): string {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1]
  const plain = /filename="([^"]*)"/i.exec(disposition)?.[1] ?? ''
  try {
    return encoded === undefined ? plain : decodeURIComponent(encoded)
  } catch {
    return plain
  }
}
