/**
 * Words that do not narrow a question, so only one of two matching questions may have them: praise, emphasis, general
 * verbs, and nouns that only classify the word next to them ("family members", "the film industry").
 */
const weak = recordOf(
  `best good great top nice proper effective efficient ideal suitable perfect right amazing awesome cool interesting
  excellent fantastic wonderful incredible outstanding brilliant superb fascinating unbelievable remarkable impressive
  really actually even definitely absolutely basically literally seriously completely totally quite pretty
  possible possibly exist existing people person someone somebody anyone anybody everyone thing stuff have know
  known please want wish like kind type various certain specific particular common general generally usually normally
  typical typically able considered consider ever tip way order lot much many number seem easily quickly
  simply such try trying available explain tell describe define question think opinion suggest recommend personally
  believe feel mean happen become go come do use used using make made get find help start keep exist start take
  main major important favorite popular famous basic actual real true whole entire overall current currently
  human modern various kind sort piece part aspect bit example
  member option industry sector field area place country state process system account
  website site page product item model brand service activity experience situation case event
  life world history society language condition virus disease presidency ability skill
  watch read buy see seen heard written already actually lately so-called must probably likely often ever globally worldwide development`,
)

/** Returns whether a question has the same meaning without this word. */
export const isWeak = (word: string) => Object.hasOwn(weak, word) || Object.hasOwn(weak, word.replace(/s$/, ''))

const functionWords = recordOf(
  `a an the is am are be was were been being do does did can could will would shall should may might must has had
  i we you me us my our your myself yourself ourselves one it its he she him her his they them their this that these
  those there here who whom whose which what when where why how whether and or to not no so as if then also any
  some vs let`,
)

/** Returns whether a word only has a grammatical function and no meaning by itself. */
export const isFunctionWord = (word: string) => Object.hasOwn(functionWords, word)

/** Converts a word list to a record, because every word of every question is looked up in it. */
function recordOf(words: string): Readonly<Record<string, true>> {
  return Object.freeze(Object.fromEntries(words.split(/\s+/).map((word) => [word, true as const])))
}

const days = 'monday tuesday wednesday thursday friday saturday sunday weekday weekend mon tue wed thu fri sat sun'
const months =
  'january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec'
const times =
  'today tonight tomorrow yesterday morning noon afternoon evening night midnight spring summer autumn fall winter easter christmas'
const spans =
  'second minute hour day week fortnight month quarter year decade century hourly daily weekly monthly quarterly yearly annual annually'

const dated = Object.freeze(`${days} ${months} ${times} ${spans}`.split(' '))

/** Returns whether a word names a point or span of time. Such words must never be treated as typos of each other. */
export const isDated = (word: string) => dated.includes(word) || dated.includes(word.replace(/s$/, ''))
