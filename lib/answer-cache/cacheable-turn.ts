import type { Preferences } from '@/lib/contract/api'
import type { ChatPart, MessageStatus } from '@/lib/contract/ui-message'
import { normalizeText } from '@/lib/normalize-text'
import { languageOf } from '@/lib/question-match/language-of'
import { readableForm } from '@/lib/question-match/normalize-question'
import type { CachedPart } from './cached-answer'
import { type ConversationPath, hasFile } from './conversation-path'

/** Why a turn stays out of the cache. */
export type UncacheableReason = 'off' | 'not_only_text' | 'empty' | 'time_dependent' | 'not_complete'

/** Why a question is neither looked up nor its answer stored; null if it may be. */
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

/** Whether a message is nothing but words. */
export const isOnlyText = (parts: readonly ChatPart[]) => parts.every(isText)

/** The text of a question. */
export const questionText = (parts: readonly ChatPart[]) =>
  parts
    .filter(isText)
    .map(({ text }) => text)
    .join('\n')

/**
 * What of an answer may be cached: its texts, without the model's reasoning; or why nothing may. An answer that was
 * stopped, cut, refused or failed is not complete.
 */
export function cacheableParts(
  status: MessageStatus,
  parts: readonly ChatPart[],
): { parts: CachedPart[]; reason: null } | { parts: null; reason: UncacheableReason } {
  if (status !== 'complete') return { parts: null, reason: 'not_complete' }
  const shown = parts.filter(({ type }) => type !== 'reasoning' && type !== 'step-start')
  if (!shown.every(isText)) return { parts: null, reason: 'not_only_text' }
  const texts = shown.filter(({ text }) => text !== '').map(({ text }) => ({ type: 'text' as const, text }))
  const saysNothing = texts.every(({ text }) => text.trim() === '')
  return saysNothing ? { parts: null, reason: 'empty' } : { parts: texts, reason: null }
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

/** Words between spaces, in languages that have no rules otherwise. */
const words =
  /(?<![\p{L}\p{M}])(?:heute|jetzt|gestern|morgen|aktuell\p{L}*|derzeit|momentan|neueste\p{L}*|wetter|preise?|kurs|nachrichten|aujourd|aujourd'hui|maintenant|hier|demain|actuel\p{L}*|récent\p{L}*|dernière?s?|météo|prix|hoy|ahora|ayer|mañana|actual\p{L}*|últim[oa]s?|reciente\p{L}*|clima|precios?|noticias|oggi|adesso|ora|ieri|domani|attual\p{L}*|ultim[oaie]|meteo|prezz[oi]|notizie|hoje|agora|ontem|amanhã|atual\p{L}*|preços?|notícias|vandaag|nu|gisteren|morgen|huidige|laatste|weer|prijs|idag|imorgon|igår|senaste|dziś|dzisiaj|teraz|jutro|wczoraj|pogoda|cena|bugün|şimdi|yarın|dün|fiyat\p{L}*|hari ini|sekarang|besok|kemarin|cuaca|harga|сегодня|сейчас|завтра|вчера|погод\p{L}*|цен[аыу]|курс|последни\p{L}*|новост\p{L}*|сьогодні|зараз|اليوم|الآن|غدا|أمس|الطقس|سعر|آخر|امروز|अब|आज|कल|अभी|मौसम|कीमत|दाम)(?![\p{L}\p{M}])/u

/** Languages written without spaces. */
const signs =
  /今日|今天|今晚|明日|明天|昨日|昨天|现在|現在|目前|最新|最近|当前|當前|天气|天氣|天気|价格|價格|値段|価格|股价|汇率|新闻|新聞|ニュース|いま|今は|오늘|지금|내일|어제|현재|최신|최근|날씨|가격|วันนี้|ตอนนี้|พรุ่งนี้|อากาศ|ราคา/

/**
 * Whether the right answer to a question depends on when it is asked. Errs on the side of yes: that costs a model call,
 * the other way would cost a stale answer.
 */
export function isTimeDependent(text: string): boolean {
  const plain = readableForm(text)
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s+/g, ' ')
  if (english.test(plain) || signs.test(plain)) return true
  return languageOf(plain) === null && words.test(plain)
}

/** Somebody speaks of what is theirs. Errs on the side of yes: that costs a hit, the other way could cost a secret. */
const speaksOfOneself =
  /\b(?:my|mine|myself|our|ours|ourselves|i am|i'm|im|i was|i live|i work|i have|i've|ive|i had|i got|i feel|i take|we are|we're|we live|we have|we've|for me|about me|with me|to me|am i|was i|do i have|have i|(?<!how )(?:should|can|could|will) i)\b/

/** An e-mail, a web address with a user, a handle. */
const address = /[\p{L}\p{N}._%+-]@[\p{L}\p{N}.-]|(?:^|\s)@[\p{L}\p{N}_]{2,}/u

/** Seven digits and more, however they are set apart: telephone, card, account, insurance. */
const longDigits = /(?:\d[ ().\-/]{0,2}){7}/

/** A house: a number beside a word for a street, in either order. */
const street =
  /\b\d{1,5}[a-z]?,? (?:[\p{L}.'-]+ ){1,4}(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|square|sq|boulevard|blvd|way|terrace|close)\b|(?:straße|strasse|str\.|platz|weg|allee) \d{1,4}\b/u

/** Somebody by name and title, or in a relation to the asker. */
const person = /\b(?:mr|mrs|ms|miss|dr|prof)\.? \p{Lu}/u

/** More than a question needs is material, and whose that is nobody knows. Also bounds what the patterns may take. */
const maxCharacters = 1_000

/**
 * Whether a question names something personal: what is the asker's own, an address of any kind, a long number, a person
 * with a title. Such a question, and all that follows it, is never answered for or from others.
 */
export function isPersonal(text: string): boolean {
  if (text.length > maxCharacters) return true
  const plain = normalizeText(text, 'NFKC').replace(/[\u2018\u2019]/g, "'")
  // NFKC can make 18 characters of one.
  if (plain.length > maxCharacters) return true
  const small = plain.toLowerCase()
  return (
    speaksOfOneself.test(small) ||
    address.test(small) ||
    longDigits.test(small) ||
    street.test(small) ||
    person.test(titled(plain))
  )
}

/** Titles in small letters, names as they were written. */
const titled = (plain: string) => plain.replace(/\b(?:mr|mrs|ms|miss|dr|prof)\b/gi, (title) => title.toLowerCase())
