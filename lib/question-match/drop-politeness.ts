const questionWords = 'who|what|when|where|why|how|which|whose'
/** The first word of a question. A greeting without punctuation is only removed if one of these words follows. */
const questionStart = `(?=(?:${questionWords}|can|could|is|are|am|do|does|did|should|would|will|has|have|was|were|i|i'm|please|pls|tell|explain|give|write|show|help|if|in|as|my|the)\\b)`
/** A pause after an opening. It matches in "so, …" and "hi - …", but not in "so-called" or "hello.py". */
const pause = '(?:\\s*[,!]+\\s*|\\s*[.:;]+\\s+|\\s*-+\\s+)'

const person = '(?:you|u|someone|somebody|anyone|anybody)'
const canYou = `(?:(?:can|could|would|will) ${person} (?:please |kindly |possibly |maybe )?(?:help me (?:out )?(?:and )?)?)`
const tellMe = '(?:tell me|let me know|explain(?: to me)?|advise|clarify)'
const wondering =
  "(?:i (?:want|wanted|need|would like|'d like) to (?:know|ask|learn|understand)|i'd like to (?:know|ask|learn|understand)|i(?:'m| am| was) (?:just )?(?:wondering|curious)(?: about)?|i wonder|my question is|(?:do you|does anyone|does anybody) know|any idea|(?:is there )?any chance (?:you|someone) (?:can|could) tell me|(?:would you |do you )?mind (?:telling me|explaining))"

const greeting =
  '(?:hi|hii+|hello|hey|hiya|howdy|greetings|yo|dear|good (?:morning|afternoon|evening|day))(?:[ ,]+(?:there|all|everyone|everybody|guys|team|folks|sir|madam|friends?|again|bot|assistant|goldfish))?'
const polite = '(?:please|pls|plz|kindly)'
const opener = `(?:so|well|ok|okay|um+|uh+|right|alright|hmm+|btw|by the way|excuse me|sorry(?: to bother you)?|thanks|thank you|(?:(?:i have )?an? |just an? |one )?(?:quick |simple |small )*question(?: here| for you)?|(?:just )?(?:curious|wondering|asking)|(?:${polite} |i need |need |${canYou})?help(?: me)?(?: out)?(?: with this)?|${polite})`

/** Polite phrases before a question. They are removed repeatedly, because several may follow each other. */
const openings = Object.freeze([
  new RegExp(`^${greeting}${pause}`),
  // "Hey Jude, who wrote it?" asks about the song and does not address a person.
  new RegExp(
    `^(?:hi|hello|hey|dear) \\p{L}+[,!]\\s*${questionStart}(?!.*\\b(?:it|its|he|him|his|she|her|they|them|this|that)\\b)`,
    'u',
  ),
  new RegExp(`^${greeting}\\s+${questionStart}`),
  new RegExp(`^${opener}${pause}`),
  new RegExp(`^(?:${polite}|just curious|just wondering)\\s+${questionStart}`),
  // "Please list …" is polite, "please my boss" is not.
  new RegExp(`^${polite}\\s+(?!(?:me|my|him|her|them|us|a|an|the|your|his)\\b)`),
  new RegExp(`^${canYou}?(?:${polite} )?${tellMe}\\s*[,:-]\\s*`),
  new RegExp(`^${canYou}?(?:${polite} )?${tellMe} (?=(?:${questionWords})\\b)`),
  new RegExp(`^(?:can|could|would|will) ${person} (?:please|kindly|possibly)\\s+`),
  new RegExp(`^${wondering}\\s*[,:-]?\\s+(?=(?:${questionWords})\\b)`),
])

const thanks =
  '(?:please|pls|plz|kindly|thanks?|thank you|thx|tysm|ty|tia|cheers|many thanks|much appreciated|(?:i )?(?:really )?appreciate (?:it|your help)|(?:kind |best )?regards)(?:[ ,]+(?:so much|very much|a lot|a ton|in advance|again|everyone|guys|all|for (?:your|the|any) (?:help|time|answer|answers)))*'

/** Polite phrases after a question, with punctuation before them (`closing`) or without (`trailing`). */
const closing = new RegExp(`\\s*[.?!,;:-]+\\s*${thanks}[\\s.!]*$`)
/** In "how do I give thanks?" and "what are kind regards?" the polite words are the subject, so they stay. */
const notAskedAbout =
  '(?<!\\b(?:give|giving|gives|express|expressing|return|say|saying|the|a|an|with|my|to|no|kind|best|wrote|sang))'
const trailing = new RegExp(`${notAskedAbout}\\s+${thanks}[\\s.!]*$`)

/**
 * Removes greetings, polite phrases and frames ("could you tell me …") from both ends of a normalized English
 * question, unless nothing else would remain. Words in the middle must stay, because a user may ask how to please a
 * client. If `closingOnly` is set, a polite phrase at the end is only removed after punctuation, because otherwise
 * it may be the subject ("how do I say thanks?").
 */
export function dropPoliteness(question: string, { closingOnly }: { closingOnly: boolean }): string {
  const ends = closingOnly ? [closing] : [closing, trailing]
  for (const frame of [...openings, ...ends]) {
    const rest = question.replace(frame, '').trim()
    // Start again, because another polite phrase may now be at one of the ends.
    if (rest !== question && /[\p{L}\p{N}]/u.test(rest)) return dropPoliteness(rest, { closingOnly })
  }
  return question
}
