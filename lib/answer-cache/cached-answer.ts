import { z } from 'zod'

const tokenUsage = z.strictObject({
  inputTokens: z.number(),
  cachedInputTokens: z.number(),
  outputTokens: z.number(),
})

const cachedPart = z.strictObject({ type: z.literal('text'), text: z.string() })

/** An answer as it is cached: its texts, and what the call that made it took. */
const cachedAnswer = z.strictObject({
  parts: z.array(cachedPart).min(1),
  model: z.string(),
  usage: tokenUsage.nullable(),
  costUsd: z.number().nullable(),
  durationMs: z.number(),
})

export type CachedAnswer = z.output<typeof cachedAnswer>
export type CachedPart = CachedAnswer['parts'][number]

/**
 * What an entry's envelope holds. `words` is the hash of the words of the question that the answer belongs to: whoever
 * can write to Redis could point another question here, and the envelope alone would not notice.
 */
const cachedEntry = z.strictObject({
  words: z.string(),
  /** What was asked: the match guard judges a near hit by it. */
  question: z.string(),
  /** The TTL that the entry was stored with; with what is left of it, its age by the clock of Redis alone. */
  ttlMs: z.number().int().positive(),
  answer: cachedAnswer,
})

export type CachedEntry = z.output<typeof cachedEntry>

/** The entry that a deciphered text spells, or null for any other shape (an older or newer version of us wrote it). */
export function parseCachedEntry(text: string): CachedEntry | null {
  try {
    return cachedEntry.safeParse(JSON.parse(text)).data ?? null
  } catch {
    // Not JSON: the decision is to miss, as with any other shape.
    return null
  }
}
