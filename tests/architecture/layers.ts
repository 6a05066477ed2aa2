import type { Finding } from './finding'
import {
  browserAuthClient,
  composingFeatures,
  contextFile,
  contextUser,
  features,
  handleFiles,
  handleUsers,
  importExceptions,
  isFloor,
  mechanismImports,
  pureFolders,
  pureImports,
} from './house-rules'
import { type ImportEdge, resolveImport, type SourceFile } from './source-file'

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
export function checkLayers(files: readonly SourceFile[]): Finding[] {
  const paths = new Set(files.map((file) => file.path))
  return files.flatMap((file) => [
    ...unknownPlace(file),
    ...file.importEdges.flatMap((edge) => {
      const target = resolveImport(file.path, edge.specifier, paths)
      if (target === null) return []
      const violation = importViolation(file, edge, target)
      return violation ? [{ file: file.path, line: edge.line, ...violation }] : []
    }),
  ])
}

function unknownPlace(file: SourceFile): Finding[] {
  if (placeOf(file.path).layer !== 'unknown') return []
  const message = `${file.path} is in no layer. Move it to a feature or a mechanism, or add its folder to tests/architecture/house-rules.ts.`
  return [{ file: file.path, line: 1, rule: 'layers', message }]
}

type Violation = { rule: string; message: string } | null

function importViolation(file: SourceFile, edge: ImportEdge, target: string): Violation {
  const excepted = importExceptions.some(
    (rule) => rule.from.test(file.path) && rule.to.test(target) && (edge.typeOnly || !rule.typesOnly),
  )
  if (excepted) return null
  if (target.endsWith('.worker.ts') && !edge.typeOnly)
    return {
      rule: 'layers',
      message: `imports ${target}: it is the entry file of a worker thread. Start it with runInWorker.`,
    }
  if (handleFiles.includes(target)) return handleViolation(file, target)
  const reason = refusal(placeOf(file.path), target, placeOf(target))
  return reason ? { rule: 'layers', message: `imports ${target}: ${reason}` } : null
}

function handleViolation(file: SourceFile, target: string): Violation {
  if (handleUsers.some((user) => user.test(file.path))) return null
  const message = `imports the handle ${target}. Only lib/http/open-context.ts opens handles. Take the handle as an argument (Needs<…> in a feature, the bare handle in a mechanism).`
  return { rule: 'handles', message }
}

/** Returns why an import is refused and how to fix it, or null if it is allowed. */
function refusal(from: Place, target: string, to: Place): string | null {
  if (to.layer === 'app' && from.layer !== 'app')
    return 'no other layer may import from app. Move shared code to components or lib.'
  switch (from.layer) {
    case 'app':
      return to.layer === 'db' ? 'app must not import db. Call a function of lib that takes the context.' : null
    case 'components':
      if (to.layer === 'components' || target.startsWith('lib/contract/') || target === browserAuthClient) return null
      return 'components may import only components, lib/contract and the auth client for browsers. Pass the data as props or move the type to lib/contract.'
    case 'feature':
      return refusalToFeature(from.name, target, to)
    case 'pure':
      if ((to.layer === 'pure' && to.name === from.name) || pureImports.includes(target)) return null
      return `${from.name} is pure. Pass the value as an argument.`
    case 'mechanism':
      return refusalToMechanism(from.name, target, to)
    case 'floor':
      return to.layer === 'floor'
        ? null
        : 'the floor may import only itself and types of db/connect. Move the code to a higher layer.'
    case 'db':
      if (to.layer === 'db' || target === 'lib/env.ts' || target === 'lib/ids.ts') return null
      return 'db may import only itself, env and ids. Move the code into the feature that uses it.'
    case 'unknown':
      return null
  }
}

function refusalToFeature(feature: string, target: string, to: Place): string | null {
  if (to.layer === 'floor' || to.layer === 'mechanism' || to.layer === 'pure') return null
  if (to.layer === 'db')
    return target.startsWith('db/schema/') ? null : 'features import db/schema only. Take the database as Needs<"db">.'
  if (to.layer !== 'feature') return 'a feature must not import app or components. Reverse the import.'
  if (to.name === feature || composingFeatures.includes(feature)) return null
  return `only ${composingFeatures.join(', ')} may import other features. Let one of these call both ${feature} and ${to.name}, or pass the value as an argument.`
}

function refusalToMechanism(name: string, target: string, to: Place): string | null {
  if (target === contextFile && name !== contextUser)
    return 'only http may import the context. Take the bare handle: (redis, …), (db, …).'
  if (to.layer === 'floor') return null
  if (to.layer === 'mechanism') {
    if (to.name === name || mechanismImports[name]?.includes(to.name)) return null
    return `${name} may not import ${to.name}. Take the value as an argument, or add the pair to mechanismImports with a reason.`
  }
  if (to.layer === 'feature')
    return 'a mechanism must not import a feature. Take plain values, or move the code to the feature.'
  return 'a mechanism may import only the floor and the mechanisms of its row. Take the value as an argument.'
}
