import { describe, expect, test } from 'vitest'
import { findPasswordWeakness } from './password-weakness'

const owner = { email: 'ada.lovelace@example.com', name: 'Ada Lovelace' }

describe('findPasswordWeakness for weak passwords', () => {
  test.each([
    ['qwertyuiop123', 'common'],
    ['administrator', 'common'],
    ['aaaaaaaaaaaa', 'predictable'],
    ['            ', 'predictable'],
    ['\u00a0\u2003\u00a0\u2003\u00a0\u2003\u00a0\u2003\u00a0\u2003\u00a0\u2003', 'predictable'],
    ['............', 'predictable'],
    ['ääääääääääää', 'predictable'],
    ['🐟🐟🐟🐟🐟🐟🐟🐟🐟🐟🐟🐟', 'predictable'],
    ['abcabcabcabc', 'predictable'],
    ['xk9xk9xk9xk9', 'predictable'],
    ['q7#pzq7#pzq7#pz', 'predictable'],
    ['123456789012', 'common'],
    ['987654321098', 'predictable'],
    ['012345678901', 'predictable'],
    ['111111222222', 'predictable'],
    ['aaaabbbbcccc', 'predictable'],
    ['aaaaaaaaaaab', 'predictable'],
    ['abcdefghijkl', 'predictable'],
    ['zyxwvutsrqpo', 'predictable'],
    ['qwertyuiop12', 'common'],
    ['poiuytrewqlk', 'predictable'],
    ['asdfghjkl;12', 'predictable'],
    ['qwertzuiopü1', 'predictable'],
    ['azertyuiop12', 'predictable'],
    ['1qaz2wsx3edc', 'common'],
    ['qazwsxedcrfv', 'common'],
    ['1q2w3e4r5t6y', 'common'],
    ['a1b2c3d4e5f6', 'predictable'],
    ['!@#$%^&*()_+', 'predictable'],
    ['йцукенгшщзхъ', 'predictable'],
    ['Password1234!', 'predictable'],
    ['p4$$w0rd2026!', 'predictable'],
    ['Passwort12345', 'predictable'],
    ['пароль123456', 'predictable'],
    ['iloveyou1234', 'predictable'],
    ['letmeinletmein', 'predictable'],
    ['adminadminadmin', 'predictable'],
    ['dragonmonkey', 'predictable'],
    ['football2024', 'predictable'],
    ['welcome12345', 'predictable'],
    ['superman1990!', 'predictable'],
    ['19901231abcd', 'predictable'],
    ['goldfishgoldfish', 'personal'],
    ['Goldfish2026!', 'personal'],
    ['goldfish84719305', 'personal'],
    ['G0ldf1shG0ldf1sh', 'personal'],
    ['hsifdlog-hsifdlog', 'personal'],
    ['ada.lovelace@example.com', 'personal'],
    ['Ada Lovelace', 'personal'],
    ['adalovelace1815', 'personal'],
    ['lovelace-839201', 'personal'],
    ['ecalevol12345', 'personal'],
    ['example.com2026', 'personal'],
    ['AdaAdaAdaAdaAda', 'personal'],
    ['ada.lovelace!Xq', 'personal'],
  ] as const)('reports %s as %s', async (password, weakness) => {
    expect(await findPasswordWeakness(password, owner)).toBe(weakness)
  })
})

describe('findPasswordWeakness for good passwords', () => {
  test.each([
    'correct horse battery staple',
    'an entirely different secret',
    'not the right password',
    'my dog ate seven shoes',
    'lemon kettle orbit',
    'violet-anchor-plum',
    'wide open fields',
    'gentle rain tonight',
    'umbrella-tractor-9-moss',
    'ada likes green bicycles',
    'a goldfish swims by night',
    'I moved to Oslo in May!',
    'Vq7#mK2p!xZ9',
    'x9Kd0fLq2WmZ',
    'kJ8!kJ9?kJ0#',
    'tr0ub4dor&3xyz',
    'f3b0c442-98fc-1c14',
    'gf_8Sd0sjKqnmZZ',
    'blauer Himmel über Köln',
    'Zürich liegt am See 7',
    'синий кит пьёт чай',
    'كلب أزرق يقفز عاليا',
    '水泳する金魚はとても速い',
    '나는 아침에 커피를 마신다',
    'ψάρι στο μπλε νερό',
  ])('accepts %s', async (password) => {
    expect(await findPasswordWeakness(password, owner)).toBeNull()
  })
})

test('checks only the password if the account has no name and no address', async () => {
  expect(await findPasswordWeakness('adalovelace1815', {})).toBeNull()
  expect(await findPasswordWeakness('goldfish2026', {})).toBe('personal')
})

test('treats a name of two non-ASCII characters as personal', async () => {
  expect(await findPasswordWeakness('金魚1234567890', { name: '金魚' })).toBe('personal')
})
