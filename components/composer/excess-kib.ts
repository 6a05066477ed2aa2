import { maxMessageBytes } from '@/lib/contract/limits'

/**
 * Returns the size of a message in KiB if it is too long to be sent, or null. The server's limit is in bytes of
 * UTF-8.
 */
export function excessKib(text: string): number | null {
  // A UTF-16 unit takes at most three bytes in UTF-8, so that most texts need not be encoded.
  if (text.length * 3 <= maxMessageBytes) return null
  const bytes = new TextEncoder().encode(text).length
  return bytes <= maxMessageBytes ? null : Math.ceil(bytes / 1024)
}
