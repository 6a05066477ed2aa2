import type { Log } from '@/lib/log'
import { describeError } from '@/lib/log'

/**
 * Returns a file download whose content is generated while it is sent: the next piece is generated when the
 * previous one has been read (backpressure). An error breaks the connection, so that the client cannot mistake a
 * partial file for a complete one.
 */
export function download(
  log: Log,
  file: { name: string; type: string; pieces: AsyncGenerator<string, void, undefined> },
): Response {
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      try {
        const next = await file.pieces.next()
        if (next.done) controller.close()
        else controller.enqueue(encoder.encode(next.value))
      } catch (error) {
        log.error('download failed', { error: describeError(error) })
        controller.error(error)
      }
    },
    cancel: async () => void (await file.pieces.return()),
  })
  return new Response(body, {
    headers: {
      'content-type': file.type,
      'content-disposition': contentDisposition(file.name),
      'cache-control': 'private, no-store, no-transform',
      'x-content-type-options': 'nosniff',
    },
  })
}

/**
 * Returns the header by RFC 6266 and RFC 5987: an ASCII file name for all clients, and the exact
 * name for those that support UTF-8.
 */
function contentDisposition(name: string): string {
  const safe = safeFileName(name)
  const plain = safe.replace(/[^A-Za-z0-9._ -]/g, '_')
  const encoded = encodeURIComponent(safe).replace(/['()*!]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

/** Removes characters that file systems reject, and those that would hide the file or refer to another folder. */
function safeFileName(name: string): string {
  const dot = name.lastIndexOf('.')
  const stem = name
    .slice(0, dot)
    .replace(/[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|%]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
  return `${[...stem].slice(0, 80).join('').trim() || 'conversation'}${name.slice(dot)}`
}
