import { type Failure, networkFailure, readFailure } from '@/components/api/failure'

/**
 * Has the browser save what an address answers, under the name that the server gives it. Fetched and not followed as a
 * link: a refusal is then said on the page and not written into a file. The browser keeps large ones on disk.
 */
export async function saveFile(path: string): Promise<Failure | null> {
  try {
    const response = await fetch(path, { cache: 'no-store' })
    if (!response.ok) return readFailure(response)
    const address = URL.createObjectURL(await response.blob())
    const link = document.createElement('a')
    link.href = address
    link.download = fileNameOf(response.headers.get('content-disposition') ?? '')
    link.click()
    // Not at once: the browser has only begun to read it.
    setTimeout(() => URL.revokeObjectURL(address), 60_000)
    return null
  } catch {
    return networkFailure
  }
}

/** The name in a `Content-Disposition`, the UTF-8 one first; empty where there is none, and the browser finds one. */
export function fileNameOf(disposition: string): string {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1]
  const plain = /filename="([^"]*)"/i.exec(disposition)?.[1] ?? ''
  try {
    return encoded === undefined ? plain : decodeURIComponent(encoded)
  } catch {
    return plain
  }
}
