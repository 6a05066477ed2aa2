import type { Finding } from './finding'
import {
  arrowExceptions,
  browserAuthClient,
  contextFile,
  contextKeeper,
  features,
  handleFiles,
  handleUsers,
  isFloor,
  mechanismImports,
  meetingFeatures,
  pureFolders,
  pureImports,
} from './house-rules'
import { type Arrow, resolveArrow, type SourceFile } from './source-file'

type Place =
  | { layer: 'app' | 'components' | 'floor' | 'db' | 'unknown' }
  | { layer: 'feature' | 'mechanism' | 'pure'; name: string }

function placeOf(path: string): Place {
  if (isFloor(path)) return { layer: 'floor' }
  const [top, name = ''] = path.split('/')
  if (top === 'db') return { layer: 'db' }
  if (top === 'components') return { layer: 'components' }
  if (top !== 'lib') return { layer: 'app' }
  if (features.includes(name)) return { layer: 'feature', name }
  if (pureFolders.includes(name)) return { layer: 'pure', name }
  if (name in mechanismImports) return { layer: 'mechanism', name }
  return { layer: 'unknown' }
}

/** Checks every import, types included, against the layers. */
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
  const message = `${file.path} is in no layer. Move it to a feature or a mechanism, or add its folder to tests/architecture/house-rules.ts.`
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
  const reason = refusal(placeOf(file.path), target, placeOf(target))
  return reason ? { rule: 'arrows', message: `imports ${target}: ${reason}` } : null
}

function complaintAboutHandle(file: SourceFile, target: string): Complaint {
  if (handleUsers.some((user) => user.test(file.path))) return null
  const message = `imports the handle ${target}. Only lib/http/open-context.ts opens handles: take what you need as an argument (Needs<…>, or the bare handle in a mechanism).`
  return { rule: 'handles', message }
}

/** Returns why this import is refused, with what to do instead, or null if it is allowed. */
function refusal(from: Place, target: string, to: Place): string | null {
  if (to.layer === 'app' && from.layer !== 'app')
    return 'nothing imports from app. Move what is shared to components or lib.'
  switch (from.layer) {
    case 'app':
      return to.layer === 'db' ? 'app never touches db. Call a function of lib that takes the context.' : null
    case 'components':
      if (to.layer === 'components' || target.startsWith('lib/contract/') || target === browserAuthClient) return null
      return 'components know components, lib/contract and the browser’s auth client. Pass the data as props or move the type to lib/contract.'
    case 'feature':
      return refusalToFeature(from.name, target, to)
    case 'pure':
      if ((to.layer === 'pure' && to.name === from.name) || pureImports.includes(target)) return null
      return `${from.name} is pure. Pass the value as an argument.`
    case 'mechanism':
      return refusalToMechanism(from.name, target, to)
    case 'floor':
      return to.layer === 'floor' ? null : 'the floor imports only itself and types of db/connect. Move the code up.'
    case 'db':
      if (to.layer === 'db' || target === 'lib/env.ts' || target === 'lib/ids.ts') return null
      return 'db imports itself, env and ids. Move the code into the feature it serves.'
    case 'unknown':
      return null
  }
}

function refusalToFeature(feature: string, target: string, to: Place): string | null {
  if (to.layer === 'floor' || to.layer === 'mechanism' || to.layer === 'pure') return null
  if (to.layer === 'db')
    return target.startsWith('db/schema/') ? null : 'features import db/schema only. Take the database as Needs<"db">.'
  if (to.layer !== 'feature') return 'a feature does not know the interface. Turn the import around.'
  if (to.name === feature || meetingFeatures.includes(feature)) return null
  return `${feature} and ${to.name} meet only in ${meetingFeatures.join(', ')}. Let one of these call both, or pass the value as an argument.`
}

function refusalToMechanism(name: string, target: string, to: Place): string | null {
  if (target === contextFile && name !== contextKeeper)
    return 'only http knows the context. Take the bare handle: (redis, …), (db, …).'
  if (to.layer === 'floor') return null
  if (to.layer === 'mechanism') {
    if (to.name === name || mechanismImports[name]?.includes(to.name)) return null
    return `${name} may not import ${to.name}. Take the value as an argument, or add the pair to mechanismImports with a reason.`
  }
  if (to.layer === 'feature')
    return 'a mechanism does not know chat. Take plain values, or move the code to the feature.'
  return 'a mechanism imports the floor and the mechanisms of its row. Take the value as an argument.'
}
