/** Words that a question may have or not have: praise, emphasis, and what every question is about anyway. */
const weak = Object.freeze(
  `best good great top nice proper effective efficient ideal suitable perfect right really truly actually exactly even
  possible possibly exist existing people person someone somebody anyone anybody everyone thing stuff have know
  known please want like kind type various certain specific particular common general generally usually normally typical
  typically currently able considered ever tip way able order lot much many number seem easily quickly simply such
  try trying own available
  explain tell describe define question think opinion suggest recommend personally`.split(/\s+/),
)

/** Whether a question asks for the same without this word. */
export const isWeak = (word: string) => weak.includes(word) || weak.includes(word.replace(/s$/, ''))

/** Words that hold a sentence together. */
const functionWords = Object.freeze(
  `a an the is are am be was were been do does did can could will would shall should may might must has had
  i we you me us my our your myself yourself ourselves one it its he she him her his they them their this that these
  those there here who whom whose which what when where why how whether and or to not no so as if then just also any
  some vs let`.split(/\s+/),
)

/** Whether a word carries no content of its own. */
export const isFunctionWord = (word: string) => functionWords.includes(word)
