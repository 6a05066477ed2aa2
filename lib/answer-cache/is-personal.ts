import { normalizeText } from '@/lib/normalize-text'

/** Somebody speaks of what is theirs. Errs on the side of yes: that costs a hit, the other way could cost a secret. */
const speaksOfOneself =
  /\b(?:my|mine|myself|our|ours|ourselves|i am|i'm|im|i was|i live|i work|i have|i've|ive|i had|i got|i feel|i take|we are|we're|we live|we have|we've|for me|about me|with me|to me|am i|was i|do i have|have i|(?<!how )(?:should|can|could|will) i)\b/

/** An e-mail, a web address with a user, a handle. */
const address = /[\p{L}\p{N}._%+-]@[\p{L}\p{N}.-]|(?:^|\s)@[\p{L}\p{N}_]{2,}/u

/** Seven digits and more, however they are set apart: telephone, card, account, insurance. */
const longDigits = /(?:\d[ ().\-/]{0,2}){7}/

/** A house: a number beside a word for a street, in either order. */
const street =
  /\b\d{1,5}[a-z]?,? (?:[\p{L}.'-]+ ){1,4}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|square|sq|boulevard|blvd|way|terrace|close)\b|(?:straße|strasse|str\.|platz|weg|allee) \d{1,4}\b/u

/** Somebody by name and title, or in a relation to the asker. */
const person = /\b(?:mr|mrs|ms|miss|dr|prof)\.? \p{Lu}/u

/** More than a question needs is material, and whose that is nobody knows. Also bounds what the patterns may take. */
const maxCharacters = 1_000

/**
 * Whether a question names something personal: what is the asker's own, an address of any kind, a long number, a person
 * with a title. Such a question, and all that follows it, is never answered for or from others.
 */
export function isPersonal(text: string): boolean {
  if (text.length > maxCharacters) return true
  const plain = normalizeText(text, 'NFKC').replace(/[\u2018\u2019]/g, "'")
  // NFKC can make 18 characters of one.
  if (plain.length > maxCharacters) return true
  const small = plain.toLowerCase()
  return (
    speaksOfOneself.test(small) ||
    address.test(small) ||
    longDigits.test(small) ||
    street.test(small) ||
    person.test(titled(plain))
  )
}

/** Titles in small letters, names as they were written. */
const titled = (plain: string) => plain.replace(/\b(?:mr|mrs|ms|miss|dr|prof)\b/gi, (title) => title.toLowerCase())
