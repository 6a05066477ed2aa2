const values: Readonly<Record<string, number>> = Object.freeze({
  zero: 0,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
})
const scales: Readonly<Record<string, number>> = Object.freeze({
  hundred: 100,
  thousand: 1000,
  million: 1_000_000,
  billion: 1_000_000_000,
  trillion: 1_000_000_000_000,
})
const ordinals: Readonly<Record<string, string>> = Object.freeze({
  first: '1st',
  second: '2nd',
  third: '3rd',
  fourth: '4th',
  fifth: '5th',
  sixth: '6th',
  seventh: '7th',
  eighth: '8th',
  ninth: '9th',
  tenth: '10th',
  eleventh: '11th',
  twelfth: '12th',
  thirteenth: '13th',
  fourteenth: '14th',
  fifteenth: '15th',
  sixteenth: '16th',
  seventeenth: '17th',
  eighteenth: '18th',
  nineteenth: '19th',
  twentieth: '20th',
})

const lookup = <T>(table: Readonly<Record<string, T>>, word: string | undefined): T | undefined =>
  word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined

/**
 * Converts number words to digits: "twenty five" to 25, "two hundred and ten thousand" to 210000, "a hundred" to 100,
 * "3 million" to 3000000, "fifth" to 5th. Words that do not form one number remain separate: "one two" becomes 1 2.
 */
export function foldNumbers(words: readonly string[]): string[] {
  const folded: string[] = []
  for (let at = 0; at < words.length; ) {
    const number = readNumber(words, at)
    folded.push(number ? `${number.value}` : (lookup(ordinals, words[at]) ?? words[at] ?? ''))
    at = number ? number.end : at + 1
  }
  return folded
}

/** Reads the number that starts at a word. `end` is the index after its last word. Returns null if there is none. */
function readNumber(words: readonly string[], start: number): { value: number; end: number } | null {
  let total = 0
  /** The value that the next scale word will multiply; null before the first number word. */
  let part: number | null = null
  let at = start
  // "A" counts as 1 only before a scale word: "a hundred", but not "a five".
  if (/^an?$/.test(words[at] ?? '') && lookup(scales, words[at + 1])) {
    part = 1
    at += 1
  }
  for (; at < words.length; at += 1) {
    const scale = lookup(scales, words[at])
    const value = lookup(values, words[at])
    if (scale !== undefined && scaleApplies(part, scale)) {
      total += scale === 100 ? 0 : part * scale
      part = scale === 100 ? part * 100 : 0
    } else if (value !== undefined && valueJoins(part, value)) part = (part ?? 0) + value
    else if (part === null && isPlainBeforeScale(words, at)) part = Number(words[at])
    else if (at === start || !isAndWithin(words, at)) break
  }
  // Round away the error of binary fractions, so that 1.1 million is 1100000.
  return part === null ? null : { value: Number((total + part).toPrecision(15)), end: at }
}

/** Accepts "two hundred" and "two hundred thousand", but not "two thousand million". */
function scaleApplies(part: number | null, scale: number): part is number {
  return part !== null && part > 0 && (scale > 100 || part < 100)
}

/**
 * Returns whether a value may follow the current part: "twenty" may follow "hundred", and "five" may follow "twenty".
 */
function valueJoins(part: number | null, value: number): boolean {
  if (part === null) return true
  if (value === 0) return false
  return part % 100 === 0 || (part % 10 === 0 && part % 100 >= 20 && value < 10)
}

const isPlainBeforeScale = (words: readonly string[], at: number) =>
  /^\d+(\.\d+)?$/.test(words[at] ?? '') && lookup(scales, words[at + 1]) !== undefined

/**
 * Returns whether "and" connects parts of one number: true in "hundred and five", false in
 * "one hundred and two hundred".
 */
const isAndWithin = (words: readonly string[], at: number) =>
  words[at] === 'and' &&
  lookup(scales, words[at - 1]) !== undefined &&
  lookup(values, words[at + 1]) !== undefined &&
  lookup(scales, words[at + 2]) === undefined
