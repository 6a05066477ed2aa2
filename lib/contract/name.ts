import { z } from 'zod'
import { normalizeText } from '@/lib/normalize-text'
import { maxNameLength } from './api'

/** Joiners that change how text is written: after a combining mark, inside Arabic script, between emoji. */
const meaningfulJoiner =
  /(?<=\p{M})[\u200c\u200d]|(?<=\p{Script=Arabic})\u200c(?=\p{Script=Arabic})|(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)\u200d(?=\p{Extended_Pictographic})/gu

/**
 * The maximum number of UTF-16 units before normalization: many more than a name has, even with decomposed
 * letters and white space around it.
 */
const maxRawLength = 1_000

const tooLong = Object.freeze({ error: `must have at most ${maxNameLength} characters`, abort: true })

/** Control characters, line separators, invisible characters and characters that change the direction of text. */
const deceptive =
  /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Cf}\p{Zl}\p{Zp}\u2800]|(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}/u

/**
 * A name of an account or API key, which other people may read. The output is trimmed and in NFC with single spaces.
 * Rejects names that are empty, longer than 80 characters, on more than one line, or contain invisible characters or
 * more than 30 combining marks in a row.
 */
export const oneLineName = z
  .string()
  .max(maxRawLength, tooLong)
  .transform((text) =>
    normalizeText(text, 'NFC')
      .trim()
      .replace(/\p{Zs}+/gu, ' '),
  )
  .pipe(
    z
      .string()
      .refine((name) => name.length > 0, { error: 'must not be empty', abort: true })
      .refine((name) => name.length <= 2 * maxNameLength && [...name].length <= maxNameLength, tooLong)
      .refine((name) => !deceptive.test(name.replace(meaningfulJoiner, '')), {
        error: 'must be one line without control characters, direction marks or invisible characters',
      })
      .refine((name) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(name), { error: 'must have a visible character' }),
  )
