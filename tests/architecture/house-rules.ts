/** The layers of the architecture and their exceptions, as data. Each exception must give its reason. */

/** The folders of lib that contain product logic. Their functions take a request context. */
export const features: readonly string[] = [
  'turn',
  'completion',
  'actions',
  'conversation',
  'history',
  'prompt',
  'answer-cache',
  'preference',
  'todo',
  'usage',
]

/** The features that may import other features. */
export const composingFeatures: readonly string[] = ['turn', 'completion', 'actions']

/** Folders of pure functions. They may import only their own files and `pureImports`. */
export const pureFolders: readonly string[] = ['question-match']
export const pureImports: readonly string[] = ['lib/normalize-text.ts']

/**
 * The folders of lib that contain no chat logic, each with the other mechanisms that it may import. All of them may
 * import the floor.
 */
export const mechanismImports: Readonly<Record<string, readonly string[]>> = {
  // Account mails are written in the recipient's language.
  auth: ['i18n'],
  crypto: [],
  // Cached vectors are encrypted. An embedder is configured by the same kind of name as a model.
  embedding: ['crypto', 'model'],
  // Every route authenticates, consumes rate limits, hashes identifiers, and opens the handles of its context.
  http: ['auth', 'crypto', 'mcp', 'model', 'rate-limit'],
  i18n: [],
  mcp: [],
  // The model handle contains the embedder. The circuit breaker runs its scripts in Redis.
  model: ['embedding', 'redis', 'semantic-cache'],
  openai: ['model'],
  // IP addresses and user ids are hashed before they become part of a rate-limit key. The limits are counted by scripts
  // in Redis.
  'rate-limit': ['crypto', 'redis'],
  redis: [],
  // Entries are encrypted, and vectors are compared.
  'semantic-cache': ['crypto', 'embedding', 'redis'],
  // Events are encrypted.
  stream: ['crypto', 'redis', 'semantic-cache'],
  worker: [],
}

/** The only mechanism that may import the request context. */
export const contextUser = 'http'
export const contextFile = 'lib/context.ts'

const floorFiles: readonly string[] = [
  'lib/context.ts',
  'lib/deadline.ts',
  'lib/env.ts',
  'lib/errors.ts',
  'lib/ids.ts',
  'lib/log.ts',
  'lib/mcp-servers.ts',
  'lib/normalize-text.ts',
  'lib/process-handle.ts',
  'lib/redis/client.ts',
  'lib/redis/connect.ts',
  'lib/redis/connect-subscriber.ts',
  'lib/redis/keys.ts',
  'lib/settings.ts',
  'lib/tool.ts',
]

export const isFloor = (path: string) => floorFiles.includes(path) || /^(lib\/contract|messages)\//.test(path)

/** Besides the contract, the only file of lib that a component may import. */
export const browserAuthClient = 'lib/auth/browser-client.ts'

/**
 * Files that open a handle. Only the files of `handleUsers` may import them; all other code takes handles as
 * arguments.
 */
export const handleFiles: readonly string[] = [
  'db/client.ts',
  'lib/redis/client.ts',
  'lib/model/client.ts',
  'lib/auth/auth.ts',
]
export const handleUsers: readonly RegExp[] = [
  /^lib\/http\/open-context\.ts$/,
  // Better-auth's own routes create the session, so no context exists yet.
  /^lib\/http\/handle-auth\.ts$/,
  /^app\/api\/auth\/\[\.\.\.all\]\/route\.ts$/,
  // Pages read the session without a context.
  /^lib\/http\/page-session\.ts$/,
  // A shared link is read without signing in, so there is no user to build a context for.
  /^lib\/http\/handle-public\.ts$/,
  // The health check probes the connections themselves, without a user.
  /^lib\/http\/readiness\.ts$/,
  // The sweep repairs abandoned turns of all users, so it runs without a user.
  /^lib\/http\/(start-sweep|handle-cron)\.ts$/,
  // At boot the model settings are parsed once. If they are invalid, the process must exit.
  /^lib\/http\/check-boot\.ts$/,
  /^scripts\//,
]

/** The only file that may call `String.prototype.normalize`. */
export const normalizer = 'lib/normalize-text.ts'

/** The names that `processHandle` may be called with. Each must be opened in exactly one place. */
export const handleNames: readonly string[] = ['env', 'db', 'redis', 'model', 'auth', 'workers']
/** The only file that may use `globalThis`. */
export const globalThisUser = 'lib/process-handle.ts'

export type Exception = { from: RegExp; to: RegExp; typesOnly: boolean; reason: string }

/** Imports that the layers forbid and that are allowed for a reason. */
export const importExceptions: readonly Exception[] = [
  {
    from: /^lib\/context\.ts$/,
    to: /^lib\/(crypto\/key-ring|embedding\/embedder|model\/connect)\.ts$/,
    typesOnly: true,
    reason: 'the context type lists the types of the handles',
  },
  {
    from: /^(lib\/context\.ts|lib\/(semantic-cache|embedding|stream|rate-limit|jobs|storage|auth|http)\/.*)$/,
    to: /^db\/connect\.ts$/,
    typesOnly: true,
    reason: 'a function that takes the bare handle must name its type',
  },
  {
    from: /^lib\//,
    to: /^db\/(rows|database-error)\.ts$/,
    typesOnly: false,
    reason: 'both files only interpret results of the drivers (rows, error codes) and open no connection',
  },
  {
    from: /^db\/schema\//,
    to: /^lib\/(contract\/.*|errors\.ts)/,
    typesOnly: true,
    reason: 'JSON columns are typed by the contract of the API',
  },
  {
    from: /^db\/client\.ts$/,
    to: /^lib\/(log|process-handle)\.ts$/,
    typesOnly: false,
    reason: 'the file creates the process-wide pool and logs its broken connections',
  },
  {
    from: /^db\/lend-client\.ts$/,
    to: /^lib\/deadline\.ts$/,
    typesOnly: false,
    reason: 'Postgres and Redis share the deadline that does not count stalls of the event loop',
  },
  { from: /^lib\/rate-limit\//, to: /^db\/schema\/rate-limit\.ts$/, typesOnly: false, reason: 'its own table' },
  {
    from: /^lib\/http\/create-once\.ts$/,
    to: /^db\/schema\/idempotency-key\.ts$/,
    typesOnly: false,
    reason: 'its own table',
  },
  { from: /^lib\/auth\//, to: /^db\/schema\/auth\.ts$/, typesOnly: false, reason: 'its own tables' },
  {
    from: /^lib\/auth\/account-mail\.ts$/,
    to: /^db\/schema\/preference\.ts$/,
    typesOnly: false,
    reason: 'a mail must be written in the language that its recipient has chosen',
  },
  {
    from: /^lib\/auth\/auth\.ts$/,
    to: /^(db|lib\/redis)\/client\.ts$/,
    typesOnly: false,
    reason: 'the auth handle uses the handles of Postgres and Redis',
  },
]

/** File and folder names that do not describe their content. */
export const vagueNames: readonly string[] = [
  'utils',
  'util',
  'helpers',
  'helper',
  'types',
  'constants',
  'misc',
  'queries',
]

/** Files of npm packages that comments may name, each with its reason. */
export const packageFiles: Readonly<Record<string, string>> = {}

/** Variables that `.env.example` lists although only the launcher reads them. */
export const launcherVariables: readonly string[] = [
  'PORT',
  'HOSTNAME',
  'GOLDFISH_DATA_DIR',
  'GOLDFISH_EMBEDDED',
  'DRAIN_SECONDS',
  'SLOW_READER_SECONDS',
]
export const runtimeVariables: readonly string[] = ['NODE_ENV']
