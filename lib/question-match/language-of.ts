/** A language for which there are rules. */
type KnownLanguage = 'en'

/** Words of which almost every English question contains some, and texts in other languages contain few. */
const englishWords = Object.freeze(
  `the of and to is are was were be been does did have has had what which who whom whose how why when where can could
  will would should shall may might must not my your our their its his her this that these those there it they we you
  he she them us i with without from for by about into between than then if but or because any some many much more most
  best good mean make get find use using need want tell explain write give show list plan compare help way ways
  difference work works start stop before after while during only all each every other another new first long far
  one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand
  translate summarize describe define calculate convert day days year years people time`.split(/\s+/),
)

/** Frequent words of other languages in Latin script that do not occur in English questions. */
const foreignWords = Object.freeze(
  `der das ein eine einen einem ist sind wie und oder nicht mit auf für von zu zum zur ich sie wir ihr kann wird wurde
  warum wann wer welche welcher welches macht gibt
  le les une est sont et ou pas qui quoi comment pourquoi quand où avec dans je il elle nous vous quel quelle quels cette
  el una unos es qué que cómo cuál cual cuándo cuando dónde donde quién por para del
  gli uno che chi perché dove sono di della nel
  um uma são não em da dos das qual onde quem porque
  de het een zijn niet met wat hoe waarom wanneer waar ik je mijn voor naar aan
  och att är inte på med vad hur varför när var jag
  jest nie na się jak dlaczego kiedy gdzie czy bir bu nasıl neden nerede kim için ile
  apa yang di ini itu bagaimana mengapa kapan dimana siapa dengan untuk`.split(/\s+/),
)

/**
 * Returns 'en' for an English question, and null for any other language or if the text is too
 * short to decide. In doubt it must return null, because a wrong null only costs a cache hit,
 * but a wrong 'en' could serve a wrong answer.
 */
export function languageOf(text: string): KnownLanguage | null {
  // The beginning of a text is enough, and the limit bounds the run time for pasted documents.
  const sample = text.slice(0, 2_000)
  const letters = sample.match(/\p{L}+/gu)?.join('') ?? ''
  const latin = sample.match(/\p{Script=Latin}+/gu)?.join('') ?? ''
  if (latin.length < letters.length / 2) return null
  const words = sample.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? []
  const english = words.filter((word) => englishWords.includes(word)).length
  const foreign = words.filter((word) => foreignWords.includes(word) || /[^\p{ASCII}]/u.test(word)).length
  return english > foreign ? 'en' : null
}
