/** By line: one word, and those that ask for the same in any question. */
const sameWords = `
  start begin commence
  starting beginning commencing
  buy purchase
  buying purchasing
  film movie
  best greatest
  big large
  bigger larger
  biggest largest
  fix repair
  fixing repairing
  math maths mathematics
  phone telephone
  photo photograph
  tv television
  advert advertisement
  ok okay
  child kid
  children kids
  mother mom mum
  father dad
  car automobile
  favorite fav fave
  fast quick rapid
  fast quickly rapidly
  faster quicker
  fastest quickest
  required needed necessary
  permitted allowed
  help assist
  hard difficult
  improve enhance
  happen occur
  rich wealthy
  afraid scared
  smart clever intelligent
  choose select
  quit stop
  quitting stopping
  get obtain acquire
  company firm
  lawyer attorney
  teenager teen
  belly tummy
  weird strange
  weirdest strangest
  richest wealthiest
  legitimate legit
  kind type sort
  everyone everybody
  someone somebody
  anyone anybody
  benefit advantage
  disadvantage drawback
  gray grey
  tire tyre
  donut doughnut
  yogurt yoghurt
  program programme
  aluminum aluminium
  mustache moustache
  pajamas pyjamas
  plow plough
  skeptical sceptical
  judgment judgement
  aging ageing
  enrollment enrolment
  defense defence
  offense offence
  license licence
  practice practise
  catalog catalogue
  dialog dialogue
  percent pct
  fridge refrigerator
  airplane aeroplane
  exam examination
  jewelry jewellery
  sulfur sulphur
  artifact artefact
  cozy cosy
  learned learnt
  burned burnt
  dreamed dreamt
  fulfill fulfil
  enroll enrol
  skillful skilful
  while whilst
  among amongst
  toward towards`

const folded: Readonly<Record<string, string>> = Object.freeze(
  Object.fromEntries(
    sameWords
      .trim()
      .split('\n')
      .map((line) => line.trim().split(' '))
      .flatMap(([kept = '', ...others]) => others.map((other) => [other, kept])),
  ),
)

/** Phrases and words written apart, together or with a hyphen, before the text is split. */
const phrases = Object.freeze([
  [/\b(?:the )?(?:u\.s\.a?\.?(?=[\s,]|$)|united states(?: of america)?\b|us\.abbr\b|usa\b)/g, 'usa'],
  [/\b(?:the )?(?:u\.k\.?(?=[\s,]|$)|united kingdom\b|uk\b)/g, 'uk'],
  [/\be-mail/g, 'email'],
  [/\bon-line\b/g, 'online'],
  [/\bweb ?site/g, 'website'],
  [/(?:₹ ?|\b(?:rs\.? ?|inr ))(?=\d)/g, 'rs '],
  [/(?<!\brs )\b(\d[\d,.]*) ?(?:inr|rs|rupees?)\b/g, 'rs $1'],
  [/\b(\d{2,3})k\b/g, '$1000'],
  [/\bsmart phone/g, 'smartphone'],
  [/\b(?:mobile|cell|cellular) phone/g, 'phone'],
  [/\bcellphone/g, 'phone'],
  [/\bwi-fi\b/g, 'wifi'],
] as const)

/** One spelling for phrases that have several, in a normalised English text. */
export function foldPhrases(text: string): string {
  let folded = text
  for (const [phrase, kept] of phrases) folded = folded.replace(phrase, kept)
  return folded
}

/** One spelling for an English word: American for British, and one word for those that ask for the same. */
export function foldSpelling(word: string): string {
  const singular = word.replace(/s$/, '')
  if (Object.hasOwn(folded, word)) return folded[word] ?? word
  if (Object.hasOwn(folded, singular)) return `${folded[singular]}s`
  if (word.length < 6 || !/^[a-z]+$/.test(word)) return word
  return word
    .replace(/aem(i[ac]s?)$/, 'em$1')
    .replace(/^(an|p|orthop|h)ae(?=[dmst])/, '$1e')
    .replace(/rrhoea/, 'rrhea')
    .replace(/^oe(?=s)/, 'e')
    .replace(/is(e[ds]?|ing|ations?|ers?)$/, 'iz$1')
    .replace(/yse([ds]?)$/, 'yze$1')
    .replace(/our(s|ed|ing|ful|less|able|ite|ites|hood|hoods)?$/, 'or$1')
    .replace(/(cen|me|li|thea|fi)tre(s?)$/, '$1ter$2')
    .replace(/ll(ed|ing|ers?)$/, 'l$1')
}
