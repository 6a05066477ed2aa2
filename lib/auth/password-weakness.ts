import type { GenericEndpointContext } from 'better-auth'
import { APIError, getSessionFromCtx } from 'better-auth/api'
import { normalizeText } from '@/lib/normalize-text'

/**
 * Detects passwords that are long enough but easy to guess. better-auth checks only the length. Estimators
 * such as zxcvbn take up to seven seconds for 128 characters, which would block the process. This check visits
 * each pair of the first 40 positions.
 */

/**
 * `common`: on the public list of common passwords. `personal`: little more than the name, the email address or the
 * name of the product. `predictable`: repetitions, sequences, keyboard patterns, or one common word with padding.
 */
type PasswordWeakness = 'common' | 'personal' | 'predictable'

/** The account to which the password belongs. */
type PasswordOwner = { email?: string | undefined; name?: string | undefined }

/** better-auth rejects longer passwords. */
const maxLength = 128
/** Only this many characters are searched for patterns, which limits the work. A strong beginning is enough. */
const maxExaminedLength = 40

/**
 * The cost of a password is the sum of its cheapest pieces, in tenths of a random character. A password below
 * `minCost`, which is six random characters, is rejected. Two common words with a separator, or twelve characters of
 * a password generator, must be above.
 */
const minCost = 60
const characterCost = 10
const digitCost = 6
const commonWordCost = 28
/** A piece that an attacker can derive: a sequence, a year, a part of the account, or a repetition. */
const knownPieceCost = 10

const minPieceLength = 3
const minCommonWordLength = 4
const maxCommonWordLength = 16

const keyboardRows: readonly string[] = bothWays([
  '1234567890',
  '!@#$%^&*()_+',
  'qwertyuiop[]',
  'qwertzuiopü+',
  'azertyuiop',
  'asdfghjkl;',
  'asdfghjklöä#',
  'zxcvbnm,./',
  'yxcvbnm',
  'qazwsxedcrfvtgbyhnujmikolp',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.',
  'йцукенгшщзхъ',
  'фывапролджэ',
  'ячсмитьбю',
  'ضصثقفغعهخحجد',
])

function bothWays(rows: readonly string[]): readonly string[] {
  return Object.freeze(rows.flatMap((row) => [row, reversed(row)]))
}

const productName = 'goldfish'

/** Words that attackers try first, in languages that the public list does not cover. */
const obviousWords: readonly string[] = Object.freeze([
  'password',
  'passwort',
  'kennwort',
  'motdepasse',
  'contraseña',
  'пароль',
  'привет',
  'كلمةالسر',
  'كلمة المرور',
  '密码',
])

/** Returns why a password is too weak, or null. `owner` is the data of the account that other people may know. */
export async function findPasswordWeakness(password: string, owner: PasswordOwner): Promise<PasswordWeakness | null> {
  if ([...password].length > maxLength) return null
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  const common = new Set<string>(dictionary['passwords-common'].map(String))
  const text = normalizeText(password, 'NFKC').toLowerCase()
  if (common.has(text)) return 'common'
  const personal = [...personalWords(owner), productName]
  if (isPaddedWord(text, personal)) return 'personal'
  if (isPaddedWord(text, obviousWords) || costOf(text, common, obviousWords) < minCost) return 'predictable'
  return costOf(text, common, [...personal, ...obviousWords]) < minCost ? 'personal' : null
}

/** Returns the email address, the name and their parts, also without separators. */
function personalWords({ email = '', name = '' }: PasswordOwner): string[] {
  const texts = [email, name].map((text) => normalizeText(text.slice(0, 320), 'NFKC').toLowerCase())
  const words = texts.flatMap((text) => [
    text,
    withoutSeparators(text),
    ...text.split('@'),
    ...text.split(/[^\p{L}\p{N}]+/u),
  ])
  const joined = texts.flatMap((text) => withoutSeparators(text.split('@')[0] ?? ''))
  const isLongEnough = (word: string) =>
    word.length >= minPieceLength || (word.length === 2 && /[^\p{ASCII}]/u.test(word))
  return [...new Set([...words, ...joined])].filter(isLongEnough)
}

const withoutSeparators = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, '')

/** Whether the text contains only known words, digits and punctuation. */
function isPaddedWord(text: string, words: readonly string[]): boolean {
  return spellingsOf(text).some((spelling) => {
    let rest = spelling
    for (const word of words.toSorted((a, b) => b.length - a.length)) rest = rest.replaceAll(word, ' ')
    return rest !== spelling && !/\p{L}/u.test(rest)
  })
}

/** Returns the text as written, with digits and signs replaced by similar letters, and both of them reversed. */
function spellingsOf(text: string): string[] {
  const alike: Readonly<Record<string, string>> = {
    '0': 'o',
    '1': 'i',
    '3': 'e',
    '4': 'a',
    '5': 's',
    '7': 't',
    '@': 'a',
    $: 's',
    '!': 'i',
  }
  const folded = text.replace(/[013457@$!]/g, (sign) => alike[sign] ?? sign)
  return [...new Set([text, folded])].flatMap((spelling) => [spelling, reversed(spelling)])
}

function reversed(text: string): string {
  return [...text].reverse().join('')
}

/** Returns the minimum cost over all readings of the password: its repeated unit, and two interleaved sequences. */
function costOf(text: string, common: ReadonlySet<string>, known: readonly string[]): number {
  const cost = (part: string) =>
    Math.min(
      ...spellingsOf(part.slice(0, maxExaminedLength)).map((spelling) => cheapestPieces(spelling, common, known)),
    )
  const [even, odd] = [0, 1].map((from) => [...text].filter((_, index) => index % 2 === from).join(''))
  return Math.min(cost(repeatedUnit(text)), cost(even ?? '') + cost(odd ?? ''))
}

/** Returns the shortest prefix whose repetition is the whole text, or the text itself. */
function repeatedUnit(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1)
    if (text.slice(length) === text.slice(0, -length)) return text.slice(0, length)
  return text
}

/** Returns the minimum sum of the costs of pieces that make up the text. */
function cheapestPieces(text: string, common: ReadonlySet<string>, known: readonly string[]): number {
  const costs = [0]
  const reach = (end: number, cost: number) => {
    costs[end] = Math.min(costs[end] ?? Number.POSITIVE_INFINITY, cost)
  }
  for (let start = 0; start < text.length; start += 1) {
    const before = costs[start] ?? 0
    reach(start + 1, before + (/\d/.test(text[start] ?? '') ? digitCost : characterCost))
    const longest = Math.max(sequenceLength(text, start), repeatLength(text, start), rowLength(text, start))
    for (let length = minPieceLength; length <= longest; length += 1) reach(start + length, before + knownPieceCost)
    if (/^(19|20)\d\d/.test(text.slice(start, start + 4))) reach(start + 4, before + knownPieceCost)
    for (const word of known) if (text.startsWith(word, start)) reach(start + word.length, before + knownPieceCost)
    for (let length = minCommonWordLength; length <= Math.min(maxCommonWordLength, text.length - start); length += 1)
      if (common.has(text.slice(start, start + length))) reach(start + length, before + commonWordCost)
  }
  return costs[text.length] ?? 0
}

/** Returns the length of the run from `start` with a constant step of 0, 1 or -1, as in `aaaa`, `abcd` or `4321`. */
function sequenceLength(text: string, start: number): number {
  const step = (index: number) => text.charCodeAt(index + 1) - text.charCodeAt(index)
  const first = step(start)
  if (![0, 1, -1].includes(first)) return 0
  let end = start + 1
  while (end < text.length && step(end - 1) === first) end += 1
  return end - start
}

/** Returns the number of characters from `start` that repeat an earlier part, which they may overlap. */
function repeatLength(text: string, start: number): number {
  let length = 0
  while (start + length < text.length && text.indexOf(text.slice(start, start + length + 1)) < start) length += 1
  return length
}

/** Returns the number of characters from `start` that are adjacent on a keyboard, in either direction. */
function rowLength(text: string, start: number): number {
  let length = 0
  while (start + length < text.length) {
    const piece = text.slice(start, start + length + 1)
    if (!keyboardRows.some((row) => row.includes(piece))) break
    length += 1
  }
  return length
}

const refusals: Readonly<Record<PasswordWeakness, { code: string; message: string }>> = Object.freeze({
  common: {
    code: 'PASSWORD_TOO_COMMON',
    message:
      'This password is one of the most common ones. Choose four unrelated words, or let a password manager generate one.',
  },
  personal: {
    code: 'PASSWORD_TOO_PERSONAL',
    message:
      'This password is mostly your name, your email address or "goldfish". Choose four unrelated words, or let a password manager generate one.',
  },
  predictable: {
    code: 'PASSWORD_TOO_PREDICTABLE',
    message:
      'This password is easy to guess because it repeats itself or follows a pattern. Choose four unrelated words, or let a password manager generate one.',
  },
})

/**
 * Rejects a weak password at sign-up, change and reset. Passwords of an invalid length are left to better-auth, which
 * has its own errors for them. Throws an `APIError` of better-auth with one of the codes above.
 */
export async function refuseWeakPassword(context: GenericEndpointContext): Promise<void> {
  const { path, body } = context
  const chosen: unknown = path === '/sign-up/email' ? body?.password : body?.newPassword
  if (typeof chosen !== 'string' || chosen.length < context.context.password.config.minPasswordLength) return
  const weakness = await findPasswordWeakness(chosen, await findOwner(context))
  if (weakness) throw new APIError('BAD_REQUEST', refusals[weakness])
}

/** Returns the account whose password is chosen, or an empty object if the request names no existing account. */
async function findOwner(context: GenericEndpointContext): Promise<PasswordOwner> {
  const { path, body } = context
  if (path === '/sign-up/email') return { email: textOf(body?.email), name: textOf(body?.name) }
  if (path === '/change-password') return (await getSessionFromCtx(context))?.user ?? {}
  const token = textOf(body?.token)
  if (path !== '/reset-password' || token === undefined) return {}
  const { internalAdapter } = context.context
  const verification = await internalAdapter.findVerificationValue(`reset-password:${token}`)
  return (verification && (await internalAdapter.findUserById(verification.value))) ?? {}
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
