import { z } from 'zod'

const tokenUsage = z.strictObject({
  inputTokens: z.number(),
  cachedInputTokens: z.number(),
  outputTokens: z.number(),
})

const cachedPart = z.strictObject({ type: z.literal('text'), text: z.string() })

/** A cached answer: its texts and the usage, cost and duration of the model call. */
const cachedAnswer = z.strictObject({
  parts: z.array(cachedPart).min(1),
  model: z.string(),
  usage: tokenUsage.nullable(),
  costUsd: z.number().nullable(),
  durationMs: z.number(),
})

export type CachedAnswer = z.output<typeof cachedAnswer>
export type CachedPart = CachedAnswer['parts'][number]

/** The encrypted content of an entry. */
const cachedEntry = z.strictObject({
  /**
   * The hash of the words of the question. A lookup must compare it, because an attacker with write access to Redis
   * could redirect the pointer of another question to this entry.
   */
  words: z.string(),
  /** The question, which the match guard compares for a semantic hit. */
  question: z.string(),
  /** The initial TTL. Together with the remaining TTL it gives the age by the clock of Redis alone. */
  ttlMs: z.number().int().positive(),
  answer: cachedAnswer,
})

export type CachedEntry = z.output<typeof cachedEntry>

/** Parses a decrypted entry. Returns null if it has another shape, for example from another version of the app. */
export function parseCachedEntry(text: string): CachedEntry | null {
  try {
    return cachedEntry.safeParse(JSON.parse(text)).data ?? null
  } catch {
    // Text that is not JSON is a miss, like any other shape.
    return null
  }
}
