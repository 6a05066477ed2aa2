/** Operators, signs before a word, brackets next to a word, primes, and two letters with an operator between them. */
const signPattern = new RegExp(
  [
    String.raw`[=^×÷*+<>|~\\{}[\]@_#]`,
    // The "&" in "Salt & pepper" only means "and", but in "what does & do" it is the subject.
    String.raw`&(?<!\p{L}{3} &)|&(?! \p{L}{3})`,
    String.raw`(?:^|\s)(?:[-!/.:$?]|--)\p{L}|\s[!?]\s`,
    String.raw`[\p{L}\p{N}]\(|\)[\p{L}\p{N}]`,
    String.raw`(?<!\p{L})\p{L}'(?!\p{L})`,
    String.raw`(?<![\p{L}\p{N}])\p{L}\s?[-/:]\s?\p{L}(?![\p{L}\p{N}])`,
  ].join('|'),
  'u',
)

/**
 * Returns whether a normalized question contains signs of code or of a formula, in which every character
 * matters: "x < y", "-x", "!x", "/etc", ".NET", "C++", "f(x)", "f'", "x/y", "2*(3+4)". Percentages,
 * prices, degrees and numbers are treated as words.
 */
export const containsSigns = (question: string): boolean => signPattern.test(question)
