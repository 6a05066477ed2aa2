import type { Log } from '@/lib/log'
import { describeError } from '@/lib/log'

/**
 * A file to save, written while it is sent: the next piece is made when the one before has been taken. What breaks half-way
 * breaks the connection, so that nobody takes half a file for a whole one.
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
        log.error('download broken off', { error: describeError(error) })
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

/** RFC 6266 with RFC 5987: a name that every client can read, and the right one for those that read UTF-8. */
function contentDisposition(name: string): string {
  const safe = safeFileName(name)
  const plain = safe.replace(/[^A-Za-z0-9._ -]/g, '_')
  const encoded = encodeURIComponent(safe).replace(/['()*!]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

/** What no file system takes, and what would hide the file or name another folder, is left out. */
function safeFileName(name: string): string {
  const dot = name.lastIndexOf('.')
  const stem = name
    .slice(0, dot)
    .replace(/[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|%]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
  return `${[...stem].slice(0, 80).join('').trim() || 'conversation'}${name.slice(dot)}`
}
