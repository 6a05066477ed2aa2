/**
 * Texts that have caused quadratic or worse time in parsers of Markdown, formulas or code: many openings without an
 * end, many ends without an opening, deep nesting, and few definitions that are used often. Each is a function of
 * the length in characters.
 */
export type Adversarial = readonly [name: string, make: (length: number) => string]

const repeat = (unit: string, length: number) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
const halves = (first: string, second: string) => (length: number) =>
  repeat(first, length / 2) + repeat(second, length - length / 2)

const units = [
  ...['*', '_', '~', '`', '[', ']', '(', '<', '>', '$', '\\', '|', '#', '&', '!', '-', ' ', '\t', '\n'],
  ...['**a', '*a ', 'a_', '_a ', 'a*', '~~a', '*a **b ', '*a_ ', '***a ', '*a~_'],
  ...[
    '[a',
    '[a]',
    '[a](b',
    '[a](<b',
    '[a](b "c',
    '[a][b',
    '![a',
    '![a]',
    '![a](b) ',
    '[[a](b)',
    '[a]: b\n',
    '[a]: b "\n',
  ],
  ...['<a', '<a ', '<a b="', '<!--', '<?', '<!A', '<![CDATA[', '</a', '<div\n', '<http://a', '<a@b'],
  ...['$$', '$$\n', '\\(', '\\[', '\\[\n', '$a', '$a$', '$$a$$ ', '\\[\n\n', '> \\[\n', '$$a\n$$b\n'],
  ...['> ', '>', '- ', '* ', '1. ', '> - ', '- > ', '>\n', '- a\n', '1. a\n', '- a\n\n', '> a\nb\n', '- [ ] a\n'],
  ...[
    '| a ',
    '|',
    '|-',
    '|\n',
    '| a |\n|-|\n',
    'a|b\n-|-\n',
    '```\n',
    '````\n~~~\n',
    '    a\n',
    '# a\n',
    'a\n=\n',
    'a\n\n',
  ],
  ...['http://a.', 'http://', 'www.a.', 'a@b.', 'a.a@', '&amp;', '&#1', '&amp', 'a  \n', 'a\\\n', '- - ', '***\n'],
]

export const adversarialTexts: readonly Adversarial[] = [
  ...units.map((unit): Adversarial => [`${JSON.stringify(unit)} repeated`, (length) => repeat(unit, length)]),
  ['emphasis that opens once', (length) => `**${repeat('*a ', length - 2)}`],
  ['a list marker before brackets', (length) => `${repeat('* ', length - 2)})`],
  ['a list of formulas without an end', (length) => `- ${repeat('$$\n', length - 2)}`],
  ['openings, then closings of emphasis', halves('*a ', ' a*')],
  ['openings, then closings of brackets', halves('[', ']')],
  ['openings, then closings of links', halves('[a', '](b)')],
  ['openings, then closings of images', halves('![a', '](b)')],
  ['openings, then closings of formulas', halves('\\(a', '\\)')],
  ['brackets before links', halves('[', '[a](b)')],
  ['images before links', halves('![', '[a](b)')],
  ['code spans of growing lengths', (length) => runsOfGrowingLength('`', length)],
  ['stars of growing lengths', (length) => runsOfGrowingLength('*', length)],
  ['nested lists by indentation', nestedLists],
  ['a wide table with short rows', (length) => wideTable(length)],
  ['one definition used often', (length) => `[a]: ${repeat('b', 1500)}\n\n${repeat('[a] ', length - 1500)}`],
  ['definitions that are all used', (length) => definitions(length)],
  ['a closing mark for many formula openings', (length) => `${repeat('\\[\n', length - 3)}\\]x`],
  ['quotations with lazy lines', (length) => repeat(`${'> '.repeat(20)}a\nb\n`, length)],
  ['lists in quotations in lists', (length) => repeat('- > - > - > a\n', length)],
  ['one long word', (length) => repeat('a', length)],
  ['one long line of words', (length) => repeat('word ', length)],
  ['a fence without an end', (length) => `\`\`\`js\n${repeat('a()\n', length - 6)}`],
]

function runsOfGrowingLength(char: string, length: number): string {
  let text = ''
  for (let run = 1; text.length < length; run++) text += `${char.repeat(run)} a `
  return text.slice(0, length)
}

function nestedLists(length: number): string {
  let text = ''
  for (let depth = 0; text.length < length; depth++) text += `${'  '.repeat(depth)}- a\n`
  return text.slice(0, length)
}

function wideTable(length: number): string {
  const columns = Math.floor(length / 8)
  return `${'|a'.repeat(columns)}\n${'|-'.repeat(columns)}\n${'|\n'.repeat(length)}`.slice(0, length)
}

function definitions(length: number): string {
  let [head, tail] = ['', '']
  for (let at = 0; head.length + tail.length < length; at++) {
    head += `[${at}]: b${at}\n`
    tail += `[${at}] `
  }
  return `${head}\n${tail}`
}
