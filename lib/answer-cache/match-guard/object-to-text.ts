import { normalizeText } from '@/lib/normalize-text'
import { aboutWording } from '../about-wording'
import { holdsSigns } from '../holds-signs'
import { languageOf } from '../language-of'
import { holdsCode } from '../normalise-question'
import type { Objection } from './guard-verdict'

/**
 * More is material to work on, not a question. It bounds the work of all other rules, so it applies to the folded text
 * too: NFKC can make 18 characters of one.
 */
const maxCharacters = 400

/** Why no other question may be near this one, as far as its text says before it is read. */
export function objectToText(text: string): Objection {
  if (text.length > maxCharacters) return { rule: 'too_long', detail: `${text.length} characters` }
  const folded = normalizeText(text, 'NFKC').length
  if (folded > maxCharacters) return { rule: 'too_long', detail: `${folded} characters` }
  if (holdsCode(text)) return { rule: 'wording', detail: 'code' }
  const plain = text.toLowerCase()
  if (languageOf(plain) === null) return { rule: 'language', detail: 'no rules' }
  if (holdsSigns(plain)) return { rule: 'wording', detail: 'signs' }
  const wording = aboutWording(plain)
  return wording ? { rule: 'wording', detail: wording } : null
}
