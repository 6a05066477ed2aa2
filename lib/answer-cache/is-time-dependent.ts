import { languageOf } from '@/lib/question-match/language-of'
import { readableForm } from '@/lib/question-match/normalize-question'

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
