import type { Preferences } from '@/lib/contract/api'
import type { ChatPart, MessageStatus } from '@/lib/contract/ui-message'
import { normalizeText } from '@/lib/normalize-text'
import { languageOf } from '@/lib/question-match/language-of'
import { readableForm } from '@/lib/question-match/normalize-question'
import type { CachedPart } from './cached-answer'
import { type ConversationPath, hasFile } from './conversation-path'

export type UncacheableReason = 'off' | 'not_only_text' | 'empty' | 'time_dependent' | 'not_complete'

/** Returns why a question must neither be looked up nor stored, or null if it is cacheable. */
export function uncacheableQuestion(
  parts: readonly ChatPart[],
  answerCache: Preferences['answerCache'],
  path: ConversationPath,
): UncacheableReason | null {
  if (answerCache === 'off') return 'off'
  if (!isOnlyText(parts) || hasFile(path)) return 'not_only_text'
  const text = questionText(parts)
  if (text.trim() === '') return 'empty'
  return isTimeDependent(text) ? 'time_dependent' : null
}

export const isOnlyText = (parts: readonly ChatPart[]) => parts.every(isText)

export const questionText = (parts: readonly ChatPart[]) =>
  parts
    .filter(isText)
    .map(({ text }) => text)
    .join('\n')

/**
 * Returns the cacheable parts of an answer, which are its texts without the model's reasoning, or the reason why it
 * must not be cached. An answer that was stopped, truncated, refused or failed is not complete.
 */
export function cacheableParts(
  status: MessageStatus,
  parts: readonly ChatPart[],
): { parts: CachedPart[]; reason: null } | { parts: null; reason: UncacheableReason } {
  if (status !== 'complete') return { parts: null, reason: 'not_complete' }
  const shown = parts.filter(({ type }) => type !== 'reasoning' && type !== 'step-start')
  if (!shown.every(isText)) return { parts: null, reason: 'not_only_text' }
  const texts = shown.filter(({ text }) => text !== '').map(({ text }) => ({ type: 'text' as const, text }))
  const isBlank = texts.every(({ text }) => text.trim() === '')
  return isBlank ? { parts: null, reason: 'empty' } : { parts: texts, reason: null }
}

const isText = (part: ChatPart): part is Extract<ChatPart, { type: 'text' }> => part.type === 'text'

const weekday = '(?:mon|tues|wednes|thurs|fri|satur|sun)day'
const month = '(?:january|february|march|april|may|june|july|august|september|october|november|december)'
const period = `(?:week|weekend|month|year|morning|afternoon|evening|night|season|quarter|semester|term|time|${weekday}|${month})`

const english = new RegExp(
  `\\b(?:${[
    "today'?s?|tonight|tomorrow|yesterday|now|nowadays|currently|current|latest|newest|recent|recently|lately",
    "these days|at the moment|at present|as of|so far|up to date|this instant|o'clock",
    `(?:this|next|last|past|coming) (?:few |couple of )?${period}s?`,
    'weather|forecast|raining|snowing|temperature (?:in|outside|at)|traffic',
    'prices?|priced|exchange rates?|interest rates?|share value|market cap|stock market',
    'news|headlines?|trending|upcoming|breaking|live scores?|standings|scores? of',
    'what time|what date|what day|time is it|date is it|day is it|what year is|hours? ago|days? ago|weeks? ago|years? ago|ago',
    '(?:days?|hours?|minutes?|weeks?|months?|long) (?:until|till|left)|still (?:alive|open|available|valid|working)|open now',
  ].join('|')})\\b`,
)

/** Time words of languages that separate words by spaces and have no other rules. */
const words =
  /(?<![\p{L}\p{M}])(?:heute|jetzt|gestern|morgen|aktuell\p{L}*|derzeit|momentan|neueste\p{L}*|wetter|preise?|kurs|nachrichten|aujourd|aujourd'hui|maintenant|hier|demain|actuel\p{L}*|récent\p{L}*|dernière?s?|météo|prix|hoy|ahora|ayer|mañana|actual\p{L}*|últim[oa]s?|reciente\p{L}*|clima|precios?|noticias|oggi|adesso|ora|ieri|domani|attual\p{L}*|ultim[oaie]|meteo|prezz[oi]|notizie|hoje|agora|ontem|amanhã|atual\p{L}*|preços?|notícias|vandaag|nu|gisteren|morgen|huidige|laatste|weer|prijs|idag|imorgon|igår|senaste|dziś|dzisiaj|teraz|jutro|wczoraj|pogoda|cena|bugün|şimdi|yarın|dün|fiyat\p{L}*|hari ini|sekarang|besok|kemarin|cuaca|harga|сегодня|сейчас|завтра|вчера|погод\p{L}*|цен[аыу]|курс|последни\p{L}*|новост\p{L}*|сьогодні|зараз|اليوم|الآن|غدا|أمس|الطقس|سعر|آخر|امروز|अब|आज|कल|अभी|मौसम|कीमत|दाम)(?![\p{L}\p{M}])/u

/** Time words of languages that are written without spaces. */
const unspacedWords =
  /今日|今天|今晚|明日|明天|昨日|昨天|现在|現在|目前|最新|最近|当前|當前|天气|天氣|天気|价格|價格|値段|価格|股价|汇率|新闻|新聞|ニュース|いま|今は|오늘|지금|내일|어제|현재|최신|최근|날씨|가격|วันนี้|ตอนนี้|พรุ่งนี้|อากาศ|ราคา/

/**
 * Returns whether the correct answer to a question depends on when it is asked. In doubt it returns true, because a
 * wrong true only costs a model call, but a wrong false would serve a stale answer.
 */
export function isTimeDependent(text: string): boolean {
  const plain = readableForm(text)
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s+/g, ' ')
  if (english.test(plain) || unspacedWords.test(plain)) return true
  return languageOf(plain) === null && words.test(plain)
}

/**
 * Phrases by which users refer to themselves. In doubt it must match, because a wrong match only costs a hit, but a
 * missed one could share a secret.
 */
const firstPerson =
  /\b(?:my|mine|myself|our|ours|ourselves|i am|i'm|im|i was|i live|i work|i have|i've|ive|i had|i got|i feel|i take|we are|we're|we live|we have|we've|for me|about me|with me|to me|am i|was i|do i have|have i|(?<!how )(?:should|can|could|will) i)\b/

/** An e-mail address, a URL with a user name, or a handle. */
const address = /[\p{L}\p{N}._%+-]@[\p{L}\p{N}.-]|(?:^|\s)@[\p{L}\p{N}_]{2,}/u

/** Seven or more digits with any separators, such as telephone, card, account and insurance numbers. */
const longDigits = /(?:\d[ ().\-/]{0,2}){7}/

/** A street address: a house number next to a word for a street, in either order. */
const street =
  /\b\d{1,5}[a-z]?,? (?:[\p{L}.'-]+ ){1,4}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|square|sq|boulevard|blvd|way|terrace|close)\b|(?:straße|strasse|str\.|platz|weg|allee) \d{1,4}\b/u

/** A person with a title. The title must be in lower case and the name capitalized. */
const person = /\b(?:mr|mrs|ms|miss|dr|prof)\.? \p{Lu}/u

/** A longer text is probably pasted material of unknown origin. The limit also bounds the run time of the patterns. */
const maxCharacters = 1_000

/**
 * Returns whether a question contains something personal: a reference to the user, any kind of
 * address, a long number, or a person with a title. The answer to such a question, and to all
 * later ones of the conversation, must never be shared.
 */
export function isPersonal(text: string): boolean {
  if (text.length > maxCharacters) return true
  const plain = normalizeText(text, 'NFKC').replace(/[\u2018\u2019]/g, "'")
  // NFKC can expand one character to 18.
  if (plain.length > maxCharacters) return true
  const lowerCase = plain.toLowerCase()
  return (
    firstPerson.test(lowerCase) ||
    address.test(lowerCase) ||
    longDigits.test(lowerCase) ||
    street.test(lowerCase) ||
    person.test(titled(plain))
  )
}

/** Converts titles to lower case and leaves names unchanged. */
const titled = (plain: string) => plain.replace(/\b(?:mr|mrs|ms|miss|dr|prof)\b/gi, (title) => title.toLowerCase())
