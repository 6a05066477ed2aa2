import type { OfflineQuestion } from './offline-question'

const topics: Readonly<Record<string, string>> = {
  animal: 'otter, heron, hedgehog, lynx, octopus, badger, kingfisher, tortoise, fox, goldfish',
  city: 'Lisbon, Kyoto, Nairobi, Montréal, Tallinn, Valparaíso, Hanoi, Tbilisi, Dunedin, Bergen',
  color: 'red, orange, yellow, green, turquoise, blue, violet, pink, brown, grey',
  country: 'Portugal, Japan, Kenya, Canada, Estonia, Chile, Vietnam, Georgia, New Zealand, Norway',
  fruit: 'apple, banana, cherry, fig, grape, kiwi, mango, orange, pear, plum',
  language: 'Portuguese, Japanese, Swahili, French, Estonian, Spanish, Vietnamese, Georgian, Māori, Norwegian',
  planet: 'Mercury, Venus, Earth, Mars, Jupiter, Saturn, Uranus, Neptune',
  vegetable: 'carrot, leek, spinach, tomato, pumpkin, beetroot, pea, kale, onion, celery',
}

const numbers: readonly string[] = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']

/** A list of things it knows by heart. */
export function answerList({ question }: OfflineQuestion): string | null {
  const [, many, plural = ''] =
    question.match(
      /\b(?:list|name|give me|tell me|show me)\b(?:.*?\b(\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)\b)?(?:.*\W)?(\p{L}+)\W*$/iu,
    ) ?? []
  const known = Object.entries(topics).find(([topic]) =>
    isPluralOf(plural.toLowerCase().replace('colour', 'color'), topic),
  )
  if (!known) return null
  const items = known[1].split(', ')
  const wanted = many === undefined ? 5 : numberOf(many)
  const lines = items.slice(0, wanted).map((item, index) => `${index + 1}. ${item}`)
  const short = wanted > items.length ? `\n\nI know only ${items.length} by heart.` : ''
  return `${lines.join('\n')}${short}`
}

function numberOf(word: string): number {
  const spelled = numbers.indexOf(word.toLowerCase())
  return Math.max(1, spelled === -1 ? Number(word) : spelled + 1)
}

const isPluralOf = (word: string, topic: string) => word === `${topic}s` || word === topic.replace(/y$/, 'ies')
