/** What a module may call while it is loaded. A call that is not here is taken for memory until somebody says why not. */
export type PureFactory = { from: string; names: readonly string[] | 'all'; gives: 'inert' | 'data'; because: string }

/** Found by the import they come from; a chain (`z.string().min(1)`) counts as its root. */
export const pureFactories: readonly PureFactory[] = [
  { from: 'zod', names: ['z'], gives: 'inert', because: 'a schema is a description' },
  { from: 'drizzle-orm', names: 'all', gives: 'inert', because: 'SQL fragments and relations are descriptions' },
  { from: 'drizzle-orm/pg-core', names: 'all', gives: 'inert', because: 'tables and columns are descriptions' },
  { from: '@/db/schema/tsvector', names: ['tsvector'], gives: 'inert', because: 'a column is a description' },
  { from: '@/lib/process-handle', names: ['processHandle'], gives: 'inert', because: 'the named handles' },
  { from: '@/lib/http/handle', names: ['handle'], gives: 'inert', because: 'wraps a function in a function' },
  {
    from: '@/lib/http/handle-public',
    names: ['handlePublic'],
    gives: 'inert',
    because: 'wraps a function in a function',
  },
  { from: '@/lib/http/handle-mcp', names: ['handleMcp'], gives: 'inert', because: 'wraps a function in a function' },
  { from: '@/lib/http/handle-cron', names: ['handleCron'], gives: 'inert', because: 'wraps a function in a function' },
  {
    from: '@/lib/http/route',
    names: ['route', 'refuseWith'],
    gives: 'inert',
    because: 'wraps functions in functions; what is destructured from it are functions',
  },
  {
    from: '@/lib/i18n/messages',
    names: ['parseMessages'],
    gives: 'inert',
    because: 'texts in, frozen texts out',
  },
  { from: '@/lib/tool', names: ['defineTool'], gives: 'inert', because: 'freezes a description' },
  { from: '@/lib/model/tool-kit', names: ['openToolKit'], gives: 'inert', because: 'descriptions in, frozen ones out' },
  { from: 'node:module', names: ['createRequire'], gives: 'inert', because: 'a function' },
  { from: 'node:crypto', names: ['createHash'], gives: 'inert', because: 'ends in a digest of a constant' },
  { from: 'node:url', names: ['fileURLToPath'], gives: 'inert', because: 'a string' },
  { from: 'node:path', names: 'all', gives: 'inert', because: 'a string' },
  { from: 'pino', names: ['pino'], gives: 'inert', because: 'a writer to standard output; levels are on its children' },
  { from: 'react', names: ['cache', 'lazy', 'memo'], gives: 'inert', because: 'React’s cache lives for one rendering' },
]

/** The same for what every module has without importing it. */
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

/** Methods of constants that change nothing and keep nothing; the first five are zod’s, on a schema of another file. */
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

/** `new` of these gives something that cannot change, or whose methods keep nothing between calls. */
export const inertClasses: readonly string[] = [
  'RegExp',
  'TextEncoder',
  'Intl.Segmenter',
  'Intl.DateTimeFormat',
  'Intl.NumberFormat',
  'Intl.Collator',
  'Intl.RelativeTimeFormat',
]

/** What Next reads from a page, layout, route or the proxy; it fixes the names, and reads them once. */
export const nextExports: readonly string[] = [
  'metadata',
  'viewport',
  'config',
  'dynamic',
  'runtime',
  'revalidate',
  'maxDuration',
]
