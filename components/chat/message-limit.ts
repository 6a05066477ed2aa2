const limitBytes = 64 * 1024

/** What is wrong with the length of a message, in words, or null. The server counts bytes of UTF-8, so we do. */
export function messageLimit(text: string): string | null {
  // A UTF-16 unit is at most three bytes: most texts need no counting.
  if (text.length * 3 <= limitBytes) return null
  const bytes = new TextEncoder().encode(text).length
  if (bytes <= limitBytes) return null
  return `This message is ${Math.ceil(bytes / 1024)} KiB long; 64 KiB is the most that can be sent at once. Please shorten it.`
}
