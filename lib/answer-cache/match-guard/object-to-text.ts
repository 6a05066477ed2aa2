import { aboutWording } from '../about-wording'
import { holdsSigns } from '../holds-signs'
import { languageOf } from '../language-of'
import { holdsCode } from '../normalise-question'
import type { Objection } from './guard-verdict'

/** More is material to work on, not a question; and what is bounded here bounds all that follows. */
const maxCharacters = 400

/** Why no other question may be near this one, as far as its text says before it is read. */
export function objectToText(text: string): Objection {
  if (text.length > maxCharacters) return { rule: 'too_long', detail: `${text.length} characters` }
  if (holdsCode(text)) return { rule: 'wording', detail: 'code' }
  const plain = text.toLowerCase()
  if (languageOf(plain) === null) return { rule: 'language', detail: 'no rules' }
  if (holdsSigns(plain)) return { rule: 'wording', detail: 'signs' }
  const wording = aboutWording(plain)
  return wording ? { rule: 'wording', detail: wording } : null
}
