import { expect, test } from 'vitest'
import { cleanTitle } from './title-conversation'

test.each([
  ['Boiling an Egg', 'Boiling an Egg'],
  ['"Boiling an Egg."', 'Boiling an Egg'],
  ['**„Ein Ei kochen“**', 'Ein Ei kochen'],
  ['# `npm install` fails\nSecond line', 'npm install fails'],
  ['\n\n  東京の天気  \n', '東京の天気'],
  ['What’s C# 12 *for*?', 'What’s C# 12 for?'],
  ['a\u0000b\u202ec\u200b', 'a b c'],
  [`${'word '.repeat(30)}`, `${'word '.repeat(12).trim().slice(0, 59)}…`],
  ['👨‍👩‍👧'.repeat(80), `${'👨‍👩‍👧'.repeat(59)}…`],
  ['', null],
  ['"" \n **', null],
])('cleans the title %j to %j', (text, title) => {
  expect(cleanTitle(text)).toBe(title)
})
