/**
 * The words, numbers and signs of a text. What only parts sentences is dropped; every sign that may be what is asked
 * about stays, as does every sign between or at digits: 5' is not 5", -5 is not 5, a++ is not a--.
 */
const piece = new RegExp(
  [
    // "A man-eating shark" does not mean "man eating shark".
    String.raw`\p{L}+-\p{L}+ing(?!\p{L})`,
    String.raw`(?<![^\s(=<>+*/^])-(?=\d)`,
    String.raw`\d{1,3}(?:,\d{3})+(?:\.\d+)*(?![\d\p{L}])`,
    String.raw`\d+(?:\.\d+)+`,
    String.raw`\d+(?=(?!st\b|nd\b|rd\b|th\b)\p{L}{2,}\b)`,
    String.raw`(?<=\d)\s?[-:/,.]\s?(?=\d)`,
    String.raw`(?<=\d)['"!]`,
    String.raw`(?<!\S)\.(?:\p{L}+)`,
    String.raw`[\p{L}\p{M}\p{N}]+(?:\.abbr|\+\+|--|#)?`,
    String.raw`\(\)`,
    String.raw`(?<=\s)[-/](?=\s)`,
    String.raw`[^\s\p{L}\p{M}\p{N}.,;:!?'"()…/–—-]`,
  ].join('|'),
  'gu',
)

/** In the order of the text; thousands' separators taken out ("10,000" is "10000"). */
export function splitWords(text: string): string[] {
  const words = text.match(piece) ?? []
  return words.map((word) => (/^\d{1,3}(,\d{3})+/.test(word) ? word.replaceAll(',', '') : word.trim()))
}
