import type { Finding } from './finding'
import {
  arrowExceptions,
  browserAuthClient,
  contextFile,
  contextKeeper,
  handleFiles,
  handleUsers,
  isFloor,
  mechanisms,
  meetingPlace,
  productWords,
} from './house-rules'
import { type Arrow, resolveArrow, type SourceFile } from './source-file'

/** Where a file stands in the table of house.md §3. */
type Place =
  | { layer: 'app' | 'components' | 'floor' | 'db' | 'unknown' }
  | { layer: 'word' | 'mechanism'; name: string }

function placeOf(path: string): Place {
  if (isFloor(path)) return { layer: 'floor' }
  const [top, name = ''] = path.split('/')
  if (top === 'db') return { layer: 'db' }
  if (top === 'components') return { layer: 'components' }
  if (top !== 'lib') return { layer: 'app' }
  if (productWords.includes(name)) return { layer: 'word', name }
  if (mechanisms.includes(name)) return { layer: 'mechanism', name }
  return { layer: 'unknown' }
}

/** Every import, types included, against the table of arrows. */
export function checkArrows(files: readonly SourceFile[]): Finding[] {
  const paths = new Set(files.map((file) => file.path))
  return files.flatMap((file) => [
    ...unknownPlace(file),
    ...file.arrows.flatMap((arrow) => {
      const target = resolveArrow(file.path, arrow.specifier, paths)
      if (target === null) return []
      const complaint = complaintAbout(file, arrow, target)
      return complaint ? [{ file: file.path, line: arrow.line, ...complaint }] : []
    }),
  ])
}

function unknownPlace(file: SourceFile): Finding[] {
  if (placeOf(file.path).layer !== 'unknown') return []
  const message = `${file.path} stands in no layer. Move it to a product word or a mechanism, or name its folder in tests/architecture/house-rules.ts.`
  return [{ file: file.path, line: 1, rule: 'arrows', message }]
}

type Complaint = { rule: string; message: string } | null

function complaintAbout(file: SourceFile, arrow: Arrow, target: string): Complaint {
  const excepted = arrowExceptions.some(
    (rule) => rule.from.test(file.path) && rule.to.test(target) && (arrow.typeOnly || !rule.typesOnly),
  )
  if (excepted) return null
  if (target.endsWith('.worker.ts') && !arrow.typeOnly)
    return {
      rule: 'arrows',
      message: `imports ${target}: it is the entry file of a worker thread. Start it with runInWorker.`,
    }
  if (handleFiles.includes(target)) return complaintAboutHandle(file, target)
  const reason = refusal(file, placeOf(file.path), target, placeOf(target))
  return reason ? { rule: 'arrows', message: `imports ${target}: ${reason}` } : null
}

function complaintAboutHandle(file: SourceFile, target: string): Complaint {
  if (handleUsers.some((user) => user.test(file.path))) return null
  const message = `imports the handle ${target}. Only lib/http/open-context.ts opens handles: take what you need as an argument (Needs<…>, or the bare handle in a mechanism).`
  return { rule: 'handles', message }
}

/** Why this arrow may not be drawn, with what to do instead; null if it may. */
function refusal(file: SourceFile, from: Place, target: string, to: Place): string | null {
  if (to.layer === 'app' && from.layer !== 'app')
    return 'nothing imports from app. Move what is shared to components or lib.'
  switch (from.layer) {
    case 'app':
      return to.layer === 'db' ? 'app never touches db. Call a function of lib that takes the context.' : null
    case 'components':
      if (to.layer === 'components' || target.startsWith('lib/contract/') || target === browserAuthClient) return null
      return 'components know components, lib/contract and the browser’s auth client. Pass the data as props or move the type to lib/contract.'
    case 'word':
      return refusalToWord(from.name, target, to)
    case 'mechanism':
      return refusalToMechanism(file, from.name, target, to)
    case 'floor':
      return to.layer === 'floor' ? null : 'the floor imports only itself and types of db/connect. Move the code up.'
    case 'db':
      if (to.layer === 'db' || target === 'lib/env.ts' || target === 'lib/ids.ts') return null
      return 'db imports itself, env and ids. Move the code into the word it serves.'
    case 'unknown':
      return null
  }
}

function refusalToWord(word: string, target: string, to: Place): string | null {
  if (to.layer === 'floor' || to.layer === 'mechanism') return null
  if (to.layer === 'db')
    return target.startsWith('db/schema/')
      ? null
      : 'product words see db/schema only. Take the database as Needs<"db">.'
  if (to.layer === 'word' && (to.name === word || word === meetingPlace)) return null
  if (to.layer === 'word')
    return `${word} and ${to.name} meet only in lib/turn. Let turn call both, or pass the value as an argument.`
  return 'a product word does not know the interface. Turn the arrow round.'
}

function refusalToMechanism(file: SourceFile, name: string, target: string, to: Place): string | null {
  if (target === contextFile && name !== contextKeeper)
    return 'only http knows the context. Take the bare handle: (redis, …), (db, …).'
  if (to.layer === 'floor') return null
  if (to.layer === 'mechanism') {
    if (to.name === name || namesMechanism(file.opening, to.name)) return null
    return `a mechanism it does not name. Say "${to.name}" and what for in the file’s first line, or take it as an argument.`
  }
  if (to.layer === 'word')
    return 'a mechanism has never heard of chat. Take plain values, or move the code to the word.'
  return 'a mechanism imports the floor and the mechanisms it names. Take the value as an argument.'
}

/** `rate-limit` and `rate limit` both name it; `models` does not name `model`. */
const namesMechanism = (opening: string, name: string) =>
  new RegExp(`(^|[^a-z])${name.replace('-', '[- ]')}($|[^a-z-])`, 'i').test(opening)
