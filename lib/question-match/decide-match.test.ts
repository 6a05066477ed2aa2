import { expect, test } from 'vitest'
import { decideMatch } from './decide-match'

test.each([
  ['How do I boil an egg?', 'how do I boil an egg', null, { hit: true, layer: 'exact', similarity: null }],
  ['How do I boil an egg?', 'Hi, how can I boil an egg?', 0.2, { hit: true, layer: 'words', similarity: 0.2 }],
  ['In Go, how do I trim spaces?', 'How can I strip blanks in Go?', null, { hit: false, rule: 'no_embedder' }],
  [
    'How do I buy brass pipes?',
    'How do I purchase brass pipes?',
    0.9,
    { hit: true, layer: 'semantic', similarity: 0.9 },
  ],
  ['How do I buy brass pipes?', 'How do I purchase brass pipes?', 0.79, { hit: false, rule: 'similarity' }],
  ['How do I buy brass pipes?', 'How do I purchase brass pipes?', Number.NaN, { hit: false, rule: 'similarity' }],
  ['How do I buy brass pipes?', 'How do I buy copper pipes?', 0.99, { hit: false, rule: 'exchanged' }],
] as const)('decideMatch compares "%s" with "%s" at similarity %s', (stored, asked, similarity, decision) => {
  expect(decideMatch(stored, asked, similarity, 0.8)).toMatchObject(decision)
})
