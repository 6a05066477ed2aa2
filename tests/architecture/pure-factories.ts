/** A call that a module may run while it is loaded. All calls that are not listed count as memory. */
export type PureFactory = { from: string; names: readonly string[] | 'all'; gives: 'inert' | 'data'; reason: string }

/** Pure functions by the module they are imported from. A chain such as `z.string().min(1)` counts as its root. */
export const pureFactories: readonly PureFactory[] = [
  { from: 'zod', names: ['z'], gives: 'inert', reason: 'a schema is a description' },
  { from: 'drizzle-orm', names: 'all', gives: 'inert', reason: 'SQL fragments and relations are descriptions' },
  { from: 'drizzle-orm/pg-core', names: 'all', gives: 'inert', reason: 'tables and columns are descriptions' },
  { from: '@/db/rows', names: ['storedJson', 'storedText'], gives: 'inert', reason: 'a schema is a description' },
  { from: '@/db/schema/tsvector', names: ['tsvector'], gives: 'inert', reason: 'a column is a description' },
  {
    from: '@/lib/process-handle',
    names: ['processHandle'],
    gives: 'inert',
    reason: 'the only allowed process state; checked by name',
  },
  { from: '@/lib/http/handle', names: ['handle'], gives: 'inert', reason: 'returns a function that wraps a function' },
  {
    from: '@/lib/http/handle-public',
    names: ['handlePublic'],
    gives: 'inert',
    reason: 'returns a function that wraps a function',
  },
  {
    from: '@/lib/http/handle-mcp',
    names: ['handleMcp'],
    gives: 'inert',
    reason: 'returns a function that wraps a function',
  },
  {
    from: '@/lib/http/handle-cron',
    names: ['handleCron'],
    gives: 'inert',
    reason: 'returns a function that wraps a function',
  },
  {
    from: '@/lib/http/route',
    names: ['route', 'refuseWith'],
    gives: 'inert',
    reason: 'returns functions that wrap functions',
  },
  {
    from: '@/lib/i18n/messages',
    names: ['parseMessages'],
    gives: 'inert',
    reason: 'returns frozen texts',
  },
  { from: '@/lib/tool', names: ['defineTool'], gives: 'inert', reason: 'freezes a description' },
  { from: '@/lib/model/tool-kit', names: ['openToolKit'], gives: 'inert', reason: 'returns frozen descriptions' },
  { from: 'node:module', names: ['createRequire'], gives: 'inert', reason: 'a function' },
  { from: 'node:crypto', names: ['createHash'], gives: 'inert', reason: 'ends in a digest of a constant' },
  { from: 'node:url', names: ['fileURLToPath'], gives: 'inert', reason: 'a string' },
  { from: 'node:path', names: 'all', gives: 'inert', reason: 'a string' },
  { from: 'pino', names: ['pino'], gives: 'inert', reason: 'a writer to standard output; levels are on its children' },
  { from: 'react', names: ['cache', 'lazy', 'memo'], gives: 'inert', reason: 'React’s cache lives for one rendering' },
]

/** Built-in functions with inert results. */
export const pureGlobals: Readonly<Record<string, 'inert' | 'data'>> = {
  Symbol: 'inert',
  'Symbol.for': 'inert',
  Number: 'inert',
  String: 'inert',
  Boolean: 'inert',
  BigInt: 'inert',
  'Object.keys': 'data',
  'Object.values': 'data',
  'Object.entries': 'data',
  'Object.fromEntries': 'data',
  'Math.max': 'inert',
  'Math.min': 'inert',
  'Math.round': 'inert',
  'Number.parseInt': 'inert',
  'JSON.stringify': 'inert',
  'JSON.parse': 'data',
  'String.raw': 'inert',
}

/**
 * Methods of constants that have no side effects and keep no state. The first five are zod's, for schemas from other
 * files.
 */
export const pureMethods: Readonly<Record<string, 'inert' | 'data'>> = {
  extend: 'inert',
  describe: 'inert',
  optional: 'inert',
  default: 'inert',
  pick: 'inert',
  join: 'inert',
  trim: 'inert',
  repeat: 'inert',
  replace: 'inert',
  replaceAll: 'inert',
  toLowerCase: 'inert',
  toUpperCase: 'inert',
  padStart: 'inert',
  split: 'data',
  map: 'data',
  filter: 'data',
  flatMap: 'data',
  slice: 'data',
  concat: 'data',
  toSorted: 'data',
}

/** Classes whose instances cannot change, or whose methods keep no state between calls. */
export const inertClasses: readonly string[] = [
  'RegExp',
  'TextEncoder',
  'Intl.Segmenter',
  'Intl.DateTimeFormat',
  'Intl.NumberFormat',
  'Intl.Collator',
  'Intl.RelativeTimeFormat',
]

/** Exports that Next reads once from a page, layout, route or proxy. Next fixes their names. */
export const nextExports: readonly string[] = [
  'metadata',
  'viewport',
  'config',
  'dynamic',
  'runtime',
  'revalidate',
  'maxDuration',
]
