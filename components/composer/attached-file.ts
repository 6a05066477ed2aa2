import type { AttachedPart } from '@/lib/contract/api'

/** What one message can take along; the server has the same limits (lib/turn/turn-request.ts). */
export const maxAttachedFiles = 8
export const maxAttachedBytes = 128 * 1024

/** A file in the box: its part of the message, and its size there in bytes. */
export type AttachedFile = { part: AttachedPart; bytes: number }

/**
 * Why a file was not attached. `kind`: it is neither an image that can be decoded nor a text. `unread`: what was chosen
 * cannot be read any more, or what reads it could not be loaded.
 */
export type AttachProblem = { reason: 'kind' | 'size' | 'empty' | 'count' | 'unread'; name: string }

/** The text of an attached file. */
export function attachedText(url: string): string {
  const binary = atob(url.slice(url.indexOf(',') + 1))
  return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)))
}

/** How large a part of a stored message is, in bytes. */
export function attachedBytes(url: string): number {
  const encoded = url.slice(url.indexOf(',') + 1)
  return Math.floor((encoded.length * 3) / 4) - (encoded.endsWith('==') ? 2 : encoded.endsWith('=') ? 1 : 0)
}
