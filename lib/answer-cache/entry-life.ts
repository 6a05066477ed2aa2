const privateTtlMs = 60 * 60 * 1000
const sharedTtlMs = 24 * 60 * 60 * 1000
/** Without rules for a language we cannot tell what depends on the hour. */
const unknownLanguageTtlMs = 15 * 60 * 1000
const jitter = 0.1

/** How long an answer is kept, in ms: ten per cent more or less, so that what was stored together does not end together. */
export function entryTtlMs({ isShared, language }: { isShared: boolean; language: string | null }): number {
  const ttlMs = isShared ? sharedTtlMs : language === null ? unknownLanguageTtlMs : privateTtlMs
  return Math.round(ttlMs * (1 - jitter + Math.random() * 2 * jitter))
}

/** How long an answer may be kept at most, in ms. */
export const longestLifeMs = (isShared: boolean) => Math.ceil((isShared ? sharedTtlMs : privateTtlMs) * (1 + jitter))
