import { expect, test } from 'vitest'
import { foldNumbers } from './fold-numbers'

test.each([
  ['five', '5'],
  ['twenty five eggs', '25 eggs'],
  ['two hundred', '200'],
  ['two hundred and five', '205'],
  ['a hundred days', '100 days'],
  ['a five', 'a 5'],
  ['three hundred thousand', '300000'],
  ['one million two hundred thousand', '1200000'],
  ['1.1 million', '1100000'],
  ['twelve hundred', '1200'],
  ['one two', '1 2'],
  ['twenty twenty', '20 20'],
  ['ten and five', '10 and 5'],
  ['one hundred and two hundred', '100 and 200'],
  ['two thousand million', '2000 million'],
  ['million', 'million'],
  ['fifth and sixth', '5th and 6th'],
  ['constructor toString', 'constructor toString'],
  ['', ''],
])('foldNumbers converts %j to %j', (words, folded) => {
  expect(foldNumbers(words.split(' ')).join(' ')).toBe(folded)
})
