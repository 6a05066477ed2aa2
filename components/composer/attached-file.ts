import type { AttachedPart } from '@/lib/contract/api'

/** A file in the composer: its message part and its size in bytes. */
export type AttachedFile = { part: AttachedPart; bytes: number }

/**
 * The reason why a file was not attached. `kind`: it is neither a decodable image nor a text. `unread`: the file
 * could not be read, or the code that reads files could not be loaded.
 */
export type AttachProblem = { reason: 'kind' | 'size' | 'empty' | 'count' | 'unread'; name: string }

/** Decodes the text of an attached file from its `data:` URL. */
export function attachedText(url: string): string {
  const binary = atob(url.slice(url.indexOf(',') + 1))
  return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)))
}

/** Returns the size in bytes of the file that a base64 `data:` URL holds. */
export function attachedBytes(url: string): number {
  const encoded = url.slice(url.indexOf(',') + 1)
  return Math.floor((encoded.length * 3) / 4) - (encoded.endsWith('==') ? 2 : encoded.endsWith('=') ? 1 : 0)
}
