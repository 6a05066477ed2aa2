/**
 * Words one may be said for the other when all the rest of a question agrees. By first word of a line: what stands for
 * the line. Wider than the key's list: here the vectors and every other rule have a say too.
 */
const sameMeaning = `
  best good great top ideal
  enable activate
  disable deactivate
  delete remove erase
  create make build develop produce
  use utilize employ apply
  buy purchase
  fix repair solve resolve
  improve enhance boost better
  reduce decrease lower lessen
  increase raise
  start begin launch commence
  stop quit cease
  get obtain receive acquire gain
  give provide offer supply
  choose pick select
  change modify alter
  show display
  find locate discover encounter
  many much
  visit travel
  trusted reliable trustworthy
  cannabis marijuana weed
  sofa couch
  flat apartment
  holiday vacation
  football soccer
  truck lorry
  petrol gasoline gas
  cv resume
  shop store
  folder directory
  internet web
  pc computer
  baby infant
  annual yearly
  complete finish
  hurt harm damage
  protect guard
  ill sick unwell
  afraid scared frightened
  bother annoy
  check verify test
  cancel terminate
  happen occur
  help assist aid
  need require
  speak talk
  permit allow
  prevent avoid
  learn study
  clean wash
  cook prepare
  recover restore retrieve
  answer reply respond
  explain describe
  look appear
  connect link
  work operate function
  big large huge
  small little tiny
  hard difficult tough
  easy simple
  quick fast rapid
  smart intelligent clever
  funny hilarious
  important significant crucial
  dangerous harmful hazardous
  famous renowned
  beautiful pretty gorgeous
  scary frightening
  rich wealthy
  cheap inexpensive affordable
  expensive costly
  strange weird odd
  main primary chief principal
  whole entire
  tired exhausted
  angry mad
  sad unhappy
  common frequent
  healthy wholesome
  doctor physician
  lawyer attorney
  company firm
  phone smartphone mobile cellphone
  product item article
  photo picture image
  issue problem
  movie film
  song track
  kid child
  teenager teen
  student pupil
  mother mom mum
  father dad
  country nation
  car automobile vehicle
  house home
  job employment
  salary wage
  price cost
  effect impact consequence implication
  cause reason
  difference distinction
  purpose aim
  duty responsibility
  kind type sort
  quality characteristic trait
  method technique
  benefit advantage merit
  disadvantage drawback downside demerit
  belly stomach tummy
  illness disease
  rubbish garbage trash
  trip journey
  writer author
  error mistake
  symptom sign
  career profession
  ingredient component
  recommendation suggestion
  recommend suggest advise
  fly flight
  choice option
  lose loss
  die death
  grow growth
  think thought
  weigh weight
  long length
  high height
  deep depth
  strong strength
  hot heat
  advertisement ad advert
  information info
  jail prison
  medicine medication
  colleague coworker
  vet veterinarian
  result outcome
  goal objective
  stage phase
  prohibit ban
  persuade convince
  calculate compute
  predict forecast
  divide split
  combine merge
  hide conceal
  freedom liberty
  tasty delicious
  cute adorable
  stupid dumb foolish
  boring dull
  skinny slim
  loud noisy
  quiet silent
  brave courageous
  flu influenza
  acne pimple zit
  overcome conquer
  government govt
  boyfriend bf
  girlfriend gf
  vocabulary vocab
  technology tech
  man guy
  sufficient enough adequate
  essential necessary`

/** Forms that no ending explains. */
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

const kept = (lines: string): Readonly<Record<string, string>> =>
  Object.freeze(
    Object.fromEntries(
      lines
        .trim()
        .split('\n')
        .map((line) => line.trim().split(' '))
        .flatMap(([first = '', ...others]) => others.map((other) => [other, first])),
    ),
  )
const baseForms = kept(irregular)
const meanings = kept(sameMeaning)

/** The form a dictionary has of an irregular word; any other word as it is. */
export const baseForm = (word: string) => (Object.hasOwn(baseForms, word) ? (baseForms[word] ?? word) : word)

/** The word that stands for all that mean the same; any other as it is. */
export const meaningOf = (word: string) => (Object.hasOwn(meanings, word) ? (meanings[word] ?? word) : word)
