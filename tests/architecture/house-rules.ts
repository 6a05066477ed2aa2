/** The layers of the architecture and their exceptions, as data. Each exception gives its reason. */

/** Features: the folders of lib that know the product. Each takes a context. */
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
export const meetingFeatures: readonly string[] = ['turn', 'completion', 'actions']

/** Folders of pure functions. They import nothing but themselves and the files listed here. */
export const pureFolders: readonly string[] = ['question-match']
export const pureImports: readonly string[] = ['lib/normalize-text.ts']

/**
 * Mechanisms: the folders of lib that know nothing about chat. Each may import the mechanisms that its row lists, and
 * the floor.
 */
export const mechanismImports: Readonly<Record<string, readonly string[]>> = {
  // The mails about accounts are written in the recipient's language.
  auth: ['i18n'],
  crypto: [],
  // A cached vector is sealed; an embedder is named like a model.
  embedding: ['crypto', 'model'],
  // The frame of every route: identity, limits, keys of hashes, and the factories of the handles.
  http: ['auth', 'crypto', 'mcp', 'model', 'rate-limit'],
  i18n: [],
  mcp: [],
  // The model handle contains the embedder. The circuit breaker runs its scripts in Redis.
  model: ['embedding', 'redis', 'semantic-cache'],
  openai: ['model'],
  // Addresses and ids in keys of limits are hashed.
  'rate-limit': ['crypto'],
  redis: [],
  // Entries are sealed, and vectors compared.
  'semantic-cache': ['crypto', 'embedding', 'redis'],
  // Events are sealed.
  stream: ['crypto', 'redis', 'semantic-cache'],
  worker: [],
}

/** The one mechanism that knows the request context. */
export const contextKeeper = 'http'
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

/** What of lib a component may know: the contract, and better-auth's client for the browser. */
export const browserAuthClient = 'lib/auth/browser-client.ts'

/** Files that open a handle, and who may ask for it. The chain ends here: everything else is handed its handles. */
export const handleFiles: readonly string[] = [
  'db/client.ts',
  'lib/redis/client.ts',
  'lib/model/client.ts',
  'lib/auth/auth.ts',
]
export const handleUsers: readonly RegExp[] = [
  /^lib\/http\/open-context\.ts$/,
  // Better-auth's own routes: they have no context, they make sessions.
  /^lib\/http\/handle-auth\.ts$/,
  /^app\/api\/auth\/\[\.\.\.all\]\/route\.ts$/,
  // A page asks who is looking; it never gets a context.
  /^lib\/http\/page-session\.ts$/,
  // A shared link is read by nobody in particular.
  /^lib\/http\/handle-public\.ts$/,
  // Health asks the connections themselves, for nobody.
  /^lib\/http\/readiness\.ts$/,
  // The sweep is nobody’s request: it puts everybody’s dead turns in order.
  /^lib\/http\/(start-sweep|handle-cron)\.ts$/,
  // At boot the model's settings are opened once for their errors, and the process ends if they are wrong.
  /^lib\/http\/check-boot\.ts$/,
  /^scripts\//,
]

/** The only file that may call `String.prototype.normalize`. */
export const normalizer = 'lib/normalize-text.ts'

/** The names `processHandle` may be called with, each in one place of the code. */
export const handleNames: readonly string[] = ['env', 'db', 'redis', 'model', 'auth', 'workers']
/** The only file that may touch `globalThis`. */
export const globalThisKeeper = 'lib/process-handle.ts'

export type Exception = { from: RegExp; to: RegExp; typesOnly: boolean; because: string }

/** Arrows that the table does not draw. */
export const arrowExceptions: readonly Exception[] = [
  {
    from: /^lib\/context\.ts$/,
    to: /^lib\/(crypto\/key-ring|embedding\/embedder|model\/connect)\.ts$/,
    typesOnly: true,
    because: 'the context is the list of the types of handles',
  },
  {
    from: /^(lib\/context\.ts|lib\/(semantic-cache|embedding|stream|rate-limit|jobs|storage|auth|http)\/.*)$/,
    to: /^db\/connect\.ts$/,
    typesOnly: true,
    because: 'a function that takes the bare handle has to name its type',
  },
  {
    from: /^lib\//,
    to: /^db\/(rows|database-error)\.ts$/,
    typesOnly: false,
    because: 'they read what either driver hands back (rows, error codes); they reach no database',
  },
  {
    from: /^db\/schema\//,
    to: /^lib\/(contract\/.*|errors\.ts)/,
    typesOnly: true,
    because: '$type of a column is what the API speaks',
  },
  {
    from: /^db\/client\.ts$/,
    to: /^lib\/(log|process-handle)\.ts$/,
    typesOnly: false,
    because: 'opening the pool is where the process-wide handle is made and its broken connections are logged',
  },
  {
    from: /^db\/lend-client\.ts$/,
    to: /^lib\/deadline\.ts$/,
    typesOnly: false,
    because: 'a clock that forgives the own process its stalls, for Postgres as for Redis',
  },
  { from: /^lib\/rate-limit\//, to: /^db\/schema\/rate-limit\.ts$/, typesOnly: false, because: 'its own table' },
  {
    from: /^lib\/http\/create-once\.ts$/,
    to: /^db\/schema\/idempotency-key\.ts$/,
    typesOnly: false,
    because: 'its own table',
  },
  { from: /^lib\/auth\//, to: /^db\/schema\/auth\.ts$/, typesOnly: false, because: 'its own tables' },
  {
    from: /^lib\/auth\/account-mail\.ts$/,
    to: /^db\/schema\/preference\.ts$/,
    typesOnly: false,
    because: 'a mail is written in the language that its recipient has chosen',
  },
  {
    from: /^lib\/auth\/auth\.ts$/,
    to: /^(db|lib\/redis)\/client\.ts$/,
    typesOnly: false,
    because: 'the auth handle is opened on the handles of its stores',
  },
]

/** Names that say nothing about what is inside. */
export const emptyNames: readonly string[] = [
  'utils',
  'util',
  'helpers',
  'helper',
  'types',
  'constants',
  'misc',
  'queries',
]

/** Variables of the environment that the product does not read although people set them (or the other way round). */
export const launcherVariables: readonly string[] = [
  'PORT',
  'HOSTNAME',
  'GOLDFISH_DATA_DIR',
  'GOLDFISH_EMBEDDED',
  'DRAIN_SECONDS',
  'SLOW_READER_SECONDS',
]
export const runtimeVariables: readonly string[] = ['NODE_ENV']
