import { z } from 'zod'
import { maxNameLength } from './api'

/** Joiners that change how text is written: after a combining mark, inside Arabic script, between emoji. */
const meaningfulJoiner =
  /(?<=\p{M})[\u200c\u200d]|(?<=\p{Script=Arabic})\u200c(?=\p{Script=Arabic})|(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)\u200d(?=\p{Extended_Pictographic})/gu

/** Control characters, line separators, and everything that is drawn as nothing or changes the direction of text. */
const deceptive =
  /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Cf}\p{Zl}\p{Zp}\u2800]|(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}/u

/**
 * A name that one person gives and others may read: of an account, of an API key. The output is trimmed, in NFC, with
 * single spaces. Rejects names of no or more than 80 characters, more than one line, and invisible characters.
 */
export const oneLineName = z
  .string()
  .transform((text) =>
    text
      .normalize('NFC')
      .trim()
      .replace(/\p{Zs}+/gu, ' '),
  )
  .pipe(
    z
      .string()
      .refine((name) => name.length > 0, { error: 'must not be empty', abort: true })
      .refine((name) => name.length <= 2 * maxNameLength && [...name].length <= maxNameLength, {
        error: `must have at most ${maxNameLength} characters`,
        abort: true,
      })
      .refine((name) => !deceptive.test(name.replace(meaningfulJoiner, '')), {
        error: 'must be one line without control characters, direction marks or invisible characters',
      })
      .refine((name) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(name), { error: 'must have a visible character' }),
  )
