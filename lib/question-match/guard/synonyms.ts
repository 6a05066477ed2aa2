/**
 * Each line has words that mean the same if the rest of two questions agrees; the first one represents the line.
 * Words with several senses are not in the list ("type" and "sort", "firm" and "company"), because neither the
 * guard nor a vector can tell which sense is meant.
 */
const sameMeaning = `
  enable activate
  disable deactivate
  buy purchase
  begin commence
  improve enhance
  reduce decrease lessen
  modify alter
  happen occur
  need require
  many much
  explain describe
  recommend suggest
  recommendation suggestion
  reliable trustworthy
  cannabis marijuana
  sofa couch
  truck lorry
  petrol gasoline
  car automobile
  television tv
  photo photograph
  fridge refrigerator
  advertisement advert
  baby infant
  teenager teen
  colleague coworker
  boyfriend bf
  girlfriend gf
  vocabulary vocab
  information info
  government govt
  annual yearly
  ill unwell
  flu influenza
  symptom sign
  scary frightening
  dangerous hazardous
  important crucial
  essential necessary
  sufficient adequate enough
  famous renowned
  beautiful gorgeous
  funny hilarious
  expensive costly
  inexpensive affordable
  tasty delicious
  cute adorable
  stupid foolish
  brave courageous
  method technique
  disadvantage drawback downside
  career profession
  result outcome
  writer author
  prohibit ban
  persuade convince
  calculate compute
  predict forecast
  hide conceal
  grow growth
  lose loss
  weigh weight
  deep depth
  strong strength`

/** Irregular forms. The first word of each line is the base form. */
const irregular = `
  be been being
  buy bought
  go went gone
  come came
  get got gotten
  make made
  take took taken
  give gave given
  find found
  think thought
  teach taught
  catch caught
  bring brought
  fight fought
  write wrote written
  speak spoke spoken
  break broke broken
  choose chose chosen
  drive drove driven
  ride rode ridden
  rise rose risen
  eat ate eaten
  see saw seen
  know knew known
  grow grew grown
  fly flew flown
  throw threw thrown
  draw drew drawn
  wear wore worn
  tear tore torn
  steal stole stolen
  forget forgot forgotten
  begin began begun
  swim swam swum
  sing sang sung
  drink drank drunk
  run ran
  win won
  lose lost
  keep kept
  sleep slept
  feel felt
  mean meant
  send sent
  spend spent
  build built
  lend lent
  sell sold
  tell told
  say said
  pay paid
  hear heard
  hold held
  stand stood
  understand understood
  meet met
  sit sat
  man men
  woman women
  foot feet
  tooth teeth
  mouse mice
  child children
  person people
  die dying
  lie lying
  tie tying`

const toLookup = (lines: string): Readonly<Record<string, string>> =>
  Object.freeze(
    Object.fromEntries(
      lines
        .trim()
        .split('\n')
        .map((line) => line.trim().split(' '))
        .flatMap(([first = '', ...others]) => others.map((other) => [other, first])),
    ),
  )
const baseForms = toLookup(irregular)
const meanings = toLookup(sameMeaning)

/** Returns the base form of an irregular form, and any other word unchanged. */
export const baseForm = (word: string) => (Object.hasOwn(baseForms, word) ? (baseForms[word] ?? word) : word)

/** Returns the representative of a word's synonyms, and any other word unchanged. */
export const meaningOf = (word: string) => (Object.hasOwn(meanings, word) ? (meanings[word] ?? word) : word)
