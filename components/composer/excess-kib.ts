const limitBytes = 64 * 1024

/** How many KiB a message has that is too long to be sent, or null. The server counts bytes of UTF-8, so we do. */
export function excessKib(text: string): number | null {
  // A UTF-16 unit is at most three bytes: most texts need no counting.
  if (text.length * 3 <= limitBytes) return null
  const bytes = new TextEncoder().encode(text).length
  return bytes <= limitBytes ? null : Math.ceil(bytes / 1024)
}
