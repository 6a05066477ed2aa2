import { describe, expect, test } from 'vitest'
import { matchGuard } from './match-guard'

/** Pairs with the rule that must reject them. None of them is in the evaluation files. */
const refused = [
  ['number', 'How do I divide 12 apples among friends?', 'How do I divide 13 apples among friends?'],
  ['number', 'What changed in release 2.4 of the game?', 'What changed in release 2.5 of the game?'],
  ['unit', 'Is a parcel of 30 kg heavy to carry?', 'Is a parcel of 30 pounds heavy to carry?'],
  ['date', 'Does the ferry to Capri run on Fridays?', 'Does the ferry to Capri run on Sundays?'],
  ['date', 'Where do storks fly in March each year?', 'Where do storks fly in May each year?'],
  ['negation', 'Why does my oven heat the pizza?', 'Why does my oven not heat the pizza?'],
  ['negation', 'Which mushrooms can hikers eat raw?', "Which mushrooms can't hikers eat raw?"],
  ['antonym', 'How do I enable the camera flash?', 'How do I disable the camera flash?'],
  ['antonym', 'How do I pack a parachute safely?', 'How do I unpack a parachute safely?'],
  ['antonym', 'Is raw mushroom soup harmless to cats?', 'Is raw mushroom soup harmful to cats?'],
  ['antonym', 'Can I run a marathon before eating lunch?', 'Can I run a marathon after eating lunch?'],
  ['direction', 'How do I bake bread with fresh yeast?', 'How do I bake bread without fresh yeast?'],
  ['direction', 'Is skiing safe for my knees?', 'Is skiing safe for my knees while pregnant?'],
  ['direction', 'Can members only use the pool?', 'Can members use the pool?'],
  ['direction', 'When does the bus to Graz leave the station?', 'When does the bus from Graz leave the station?'],
  ['antonym', 'Which is the nearest port to sail to in Crete?', 'Which is the nearest port to sail from in Crete?'],
  ['direction', 'How do I scrape varnish from oak?', 'How do I scrape oak varnish?'],
  ['direction', 'Is it better to fry or bake plantains?', 'Is it better to fry and bake plantains?'],
  ['direction', 'How do I give away a piano stool?', 'How do I give a piano stool?'],
  ['direction', 'Which books about Darwin are worth it?', 'Which books by Darwin are worth it?'],
  ['question_kind', 'How do whales sleep under water?', 'Why do whales sleep under water?'],
  ['question_kind', 'Should I feed the ducks bread?', 'Can I feed the ducks bread?'],
  ['tense', 'Who is the mayor of Lyon city hall?', 'Who was the mayor of Lyon city hall?'],
  [
    'person',
    'What should a tired neighbour drink when he snores?',
    'What should a tired neighbour drink when she snores?',
  ],
  ['name', 'How far is the airport of Porto?', 'How far is the airport of Lisbon?'],
  ['exchanged', 'What is the length of a tennis court?', 'What is the length of a tennis racket?'],
  ['added', 'How do I frame a watercolour painting?', 'How do I frame a damaged watercolour painting?'],
  ['added', 'How do I bet at the horse races?', 'How do I cancel a bet at the horse races?'],
  ['added', 'How do I soothe a sore throat?', 'How do I soothe a sore throat infection?'],
  ['exchanged', 'How do business guests book rooms?', 'How do busy guests book rooms?'],
  ['question_kind', 'Who sells tea or coffee in Rome?', 'Is tea or coffee sold in Rome?'],
  ['order', 'Can a tenant sue the landlord over noise?', 'Can the landlord sue a tenant over noise?'],
  ['order', 'How do I convert bitmaps to vectors?', 'How do I convert vectors to bitmaps?'],
  ['too_short', 'What is marzipan?', 'What is marzipan made of?'],
  ['follow_up', 'And what about smaller garden ponds?', 'What about smaller garden ponds?'],
  ['follow_up', 'How do I clean it with warm vinegar?', 'How do I clean it with warm vinegar?'],
  ['wording', 'How do you spell the word rhythm correctly?', 'How do you spell the word rhythm?'],
  ['language', 'Wie koche ich ein weiches Ei?', 'Wie koche ich ein weiches Ei gut?'],
  ['too_long', `Is the bridge open ${'and the road too '.repeat(30)}?`, 'Is the bridge open to heavy lorries?'],
] as const

const matched = [
  ['How can I purchase a leaking garden hose?', 'What is the best way to buy a leaking garden hose?'],
  ['In Kotlin, how do I reverse a string?', 'How do I reverse a string in Kotlin?'],
  ['What is the difference between moss and lichen?', 'How is lichen different from moss?'],
  ['Are oats or barley cheaper to grow?', 'Are barley or oats cheaper to grow?'],
  ['How do I switch off the fridge light?', 'How do I disable the fridge light?'],
  ['How is cheese smoked in caves?', 'How do you smoke cheese in caves?'],
  ['What are the side effects of codeine?', 'Which side effects does codeine have?'],
  ['How do I plan a trip of 12 days to Peru?', 'How do I plan a trip of twelve days to Peru?'],
  ['How do I choose a comfortable mattress?', 'How do I choose a comfortbale mattress?'],
  ['Which of moss or clover is better for a lawn?', 'Is moss or clover better for a lawn?'],
  ['Should I fry plantains or bake them in oil?', 'Is it better to fry plantains or bake them in oil?'],
  ['Is it safe to dye my hair with henna?', 'Is it safe to dye your hair with henna?'],
  ['How can a stain of wine be removed at home?', 'How do I remove a wine stain at home?'],
  ['How do I sort a list by size in Lua?', 'How do I sort a Lua list by size?'],
  ['Which camera costs under Rs 9000 in Goa?', 'Which camera costs under 9000 in Goa?'],
  ['Which novels are worth reading on a beach holiday?', 'Which novels on a beach holiday are excellent?'],
  ['How do you cope with noise at night?', 'How do I deal with noise at night?'],
  ['Is moss or clover better for a lawn nowadays?', 'Is moss or clover better for a lawn?'],
  ['How Do You Keep Bees On A Balcony in Kent?', 'How do you keep bees on a balcony in Kent?'],
] as const

describe('matchGuard', () => {
  test.each(refused)('matchGuard rejects by rule `%s`: "%s" and "%s"', (rule, a, b) => {
    expect(matchGuard(a, b)).toMatchObject({ match: false, rule })
  })

  test('matchGuard returns the rule and the words that caused a rejection', () => {
    expect(matchGuard('How do I enable the camera flash?', 'How do I disable the camera flash?')).toEqual({
      match: false,
      rule: 'antonym',
      detail: 'enable/disable',
    })
  })

  test.each(matched)('matchGuard accepts "%s" and "%s"', (a, b) => {
    expect(matchGuard(a, b)).toEqual({ match: true })
  })

  test('matchGuard rejects questions that are almost empty or incomplete', () => {
    for (const text of ['', '?', 'What?', 'Why…', 'and then?', '12', '🙂'])
      expect(matchGuard(text, text)).toMatchObject({ match: false })
  })

  test('matchGuard accepts a question with itself and is symmetric', () => {
    const samples = [...refused.map(([, a, b]) => [a, b] as const), ...matched]
    for (const [a] of matched) expect(matchGuard(a, a)).toEqual({ match: true })
    const [some, others] = [samples.slice(0, 20), samples.map(([, b]) => b)]
    for (const [a, b] of samples) expect(matchGuard(a, b).match).toBe(matchGuard(b, a).match)
    for (const [a] of some) for (const b of others) expect(matchGuard(a, b).match).toBe(matchGuard(b, a).match)
  })

  test('matchGuard processes long repetitive texts within five seconds', () => {
    const startedAt = performance.now()
    for (const piece of [
      'a ',
      'is it and or ',
      'not ',
      'from a to b ',
      '1 ',
      'the best way to ',
      'aaa',
      '((',
      'и ',
      '\u0000',
    ])
      for (const length of [399, 65_536]) {
        const text = `What is ${piece.repeat(Math.ceil(length / piece.length)).slice(0, length - 8)}`
        matchGuard(text, `${text}?`)
        matchGuard(text, 'How do I boil an egg?')
      }
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })
})
