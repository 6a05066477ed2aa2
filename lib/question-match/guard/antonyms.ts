/**
 * Pairs of opposites and of counterparts, such as "buyer" and "seller". The file is long because it has one pair per
 * line.
 */
const pairs = `
  enable disable
  activate deactivate
  on off
  up down
  in out
  add remove
  add subtract
  add deduct
  install uninstall
  show hide
  start stop
  begin end
  start end
  open close
  open shut
  lock unlock
  block unblock
  mute unmute
  follow unfollow
  subscribe unsubscribe
  connect disconnect
  attach detach
  import export
  upload download
  upgrade downgrade
  push pull
  push pop
  pause resume
  save discard
  save delete
  save spend
  create delete
  create destroy
  keep discard
  keep delete
  include exclude
  accept reject
  accept decline
  accept refuse
  approve reject
  allow forbid
  allow deny
  allow prevent
  permit prohibit
  grant revoke
  grant deny
  increase decrease
  increase reduce
  raise lower
  rise fall
  gain lose
  win lose
  find lose
  pass fail
  succeed fail
  buy sell
  rent own
  borrow lend
  give take
  give receive
  send receive
  earn spend
  pay owe
  love hate
  like dislike
  like hate
  admire despise
  trust distrust
  agree disagree
  appear disappear
  arrive depart
  arrive leave
  enter leave
  enter exit
  join leave
  come go
  hire fire
  build destroy
  build demolish
  attack defend
  ask answer
  teach learn
  lead follow
  wake sleep
  sit stand
  laugh cry
  live die
  freeze melt
  freeze thaw
  heat cool
  inhale exhale
  expand contract
  expand shrink
  encrypt decrypt
  encode decode
  compress decompress
  compress extract
  read write
  encourage discourage
  strengthen weaken
  speed slow
  more less
  more few
  most least
  many few
  much little
  best worst
  better worse
  good bad
  good evil
  maximum minimum
  max min
  highest lowest
  high low
  higher lower
  upper lower
  large small
  big small
  largest smallest
  biggest smallest
  long short
  longest shortest
  longer shorter
  tall short
  tallest shortest
  fast slow
  fastest slowest
  faster slower
  early late
  earliest latest
  first last
  first final
  next previous
  old new
  old young
  oldest youngest
  oldest newest
  older younger
  ancient modern
  hot cold
  warm cool
  wet dry
  hard soft
  hard easy
  hardest easiest
  heavy light
  heavier lighter
  dark light
  thick thin
  fat thin
  wide narrow
  deep shallow
  strong weak
  rich poor
  cheap expensive
  cheapest priciest
  free paid
  full empty
  clean dirty
  safe dangerous
  safe unsafe
  healthy unhealthy
  healthy sick
  happy sad
  legal illegal
  true false
  right wrong
  right left
  correct incorrect
  possible impossible
  public private
  internal external
  indoor outdoor
  inside outside
  online offline
  domestic international
  domestic foreign
  local remote
  local global
  single married
  single multiple
  male female
  man woman
  boy girl
  husband wife
  father mother
  son daughter
  brother sister
  uncle aunt
  king queen
  widow widower
  actor actress
  buyer seller
  tenant landlord
  lender borrower
  employer employee
  teacher student
  doctor patient
  parent child
  winner loser
  host guest
  cause effect
  positive negative
  optimistic pessimistic
  advantage disadvantage
  benefit disadvantage
  pro con
  strength weakness
  profit loss
  asset liability
  credit debit
  income expense
  supply demand
  question answer
  problem solution
  success failure
  victory defeat
  war peace
  birth death
  day night
  morning evening
  summer winter
  spring autumn
  north south
  east west
  northern southern
  eastern western
  front back
  top bottom
  head tail
  begin finish
  start finish
  always never
  before after
  above below
  over under
  with without
  from to
  for against
  ascending descending
  asc desc
  horizontal vertical
  row column
  odd even
  plus minus
  multiply divide
  input output
  client server
  sender recipient
  major minor
  majority minority
  simple complex
  abstract concrete
  acid base
  raw cooked
  alive dead
  present absent
  temporary permanent
  mandatory optional
  static dynamic
  mutable immutable
  synchronous asynchronous
  active passive
  active inactive
  visible invisible
  introvert extrovert
  theist atheist
  urban rural
  import export
  arrival departure
  sunrise sunset
  entrance exit
  upstream downstream
  inbound outbound
  incoming outgoing
  ally enemy
  friend enemy
  hero villain`

const opposites = Object.freeze(
  pairs
    .trim()
    .split('\n')
    .map((line) => line.trim()),
)

const negatingPrefix = /^(?:un|in|im|il|ir|dis|de|non|mis|anti|counter)/

/**
 * Returns whether two words are opposites: a listed pair, or words that differ only by a
 * prefix such as "un", "dis" or "non".
 */
export function areAntonyms(a: string, b: string): boolean {
  if (opposites.includes(`${a} ${b}`) || opposites.includes(`${b} ${a}`)) return true
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a]
  if (shorter.length < 3 || !longer.endsWith(shorter)) return isLessAndFul(a, b)
  return negatingPrefix.exec(longer)?.[0].length === longer.length - shorter.length || isLessAndFul(a, b)
}

/** Returns whether two words differ only in the endings -less and -ful, such as "harmless" and "harmful". */
const isLessAndFul = (a: string, b: string) =>
  (a.endsWith('less') && b.endsWith('ful') && a.slice(0, -4) === b.slice(0, -3)) ||
  (b.endsWith('less') && a.endsWith('ful') && b.slice(0, -4) === a.slice(0, -3))

/** Returns whether a word has a listed opposite. Such a word excludes its opposite, so it narrows a question. */
export const hasAntonym = (word: string) =>
  opposites.some((pair) => pair.startsWith(`${word} `) || pair.endsWith(` ${word}`))
