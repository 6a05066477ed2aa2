import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type McpServerEntry, parseMcpServers } from '@/lib/mcp-servers'
import { processHandle } from '@/lib/process-handle'

/** Treats an empty string as "not set", as shells and hosting dashboards do. */
const optional = <T extends z.ZodType>(schema: T) => z.preprocess((value) => (value === '' ? undefined : value), schema)

const sampleSecret = 'change-me-to-at-least-32-random-characters'

const databaseUrl = z
  .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' })
  .describe('Postgres. Hosts under neon.tech use the serverless driver, all others pg.')

const redisUrls = z
  .string()
  .transform((text) => text.split(',').map((url) => url.trim()))
  .pipe(z.array(z.url({ protocol: /^rediss?$/, error: 'must be one or more redis:// or rediss:// URLs' })).min(1))

const cacheKeys = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,16}:[A-Za-z0-9+/=_-]{43,}(,[A-Za-z0-9_-]{1,16}:[A-Za-z0-9+/=_-]{43,})*$/, {
    error: 'must be kid:key,… with keys of at least 32 bytes in base64',
  })
  .transform((text) =>
    text.split(',').map((entry) => {
      const [kid, ...key] = entry.split(':')
      return { kid: String(kid), key: key.join(':') }
    }),
  )

const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .pipe(z.array(z.url({ error: 'must be comma-separated origins' })))

const flag = z.enum(['0', '1'], { error: 'must be 0 or 1' }).transform((value) => value === '1')
const integer = (min: number, max: number) =>
  z.coerce.number({ error: 'must be a number' }).int('must be an integer').min(min).max(max)

/** Every variable that the product reads. A test checks that `.env.example` lists the same ones. */
export const environmentSchema = z.object({
  NODE_ENV: optional(z.enum(['development', 'test', 'production']).default('production')),
  DATABASE_URL: optional(databaseUrl),
  DATABASE_POOL_MAX: optional(integer(1, 200).default(10)),
  REDIS_URL: optional(redisUrls.optional()),
  REDIS_CLUSTER: optional(flag.default(false)),
  BETTER_AUTH_SECRET: optional(
    z
      .string({ error: 'is missing. Generate at least 32 random characters: openssl rand -base64 32' })
      .min(32, 'must have at least 32 characters')
      .refine((secret) => secret !== sampleSecret, 'is the sample value of .env.example. Generate your own'),
  ),
  BETTER_AUTH_URL: optional(
    z.url({ protocol: /^https?$/, error: 'must be the public http(s) origin, e.g. https://chat.example.com' }),
  ),
  TRUSTED_ORIGINS: optional(origins.default([])),
  TRUSTED_PROXY_HOPS: optional(integer(0, 10).default(0)),
  SMTP_URL: optional(z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' }).optional()),
  SMTP_FROM: optional(z.string().default('Goldfish <goldfish@localhost>')),
  CHAT_MODEL: optional(
    z.string({
      error:
        'is missing: NAME (with OPENAI_BASE_URL or OPENAI_API_KEY), anthropic:NAME, gateway:CREATOR/NAME or offline',
    }),
  ),
  FALLBACK_MODEL: optional(z.string().optional()),
  OPENAI_BASE_URL: optional(z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional()),
  OPENAI_API_KEY: optional(z.string().optional()),
  ANTHROPIC_API_KEY: optional(z.string().optional()),
  AI_GATEWAY_API_KEY: optional(z.string().optional()),
  EMBEDDING_MODEL: optional(
    z
      .string()
      .refine(
        (model) => model !== 'offline' && !model.startsWith('anthropic:'),
        'is a model of a provider without embeddings',
      )
      .refine((model) => model !== 'local:', 'must have a folder or a Hugging Face id after local:')
      .default('none'),
  ),
  MODEL_CATALOG_FILE: optional(z.string().optional()),
  SYSTEM_PROMPT_FILE: optional(z.string().optional()),
  MCP_SERVERS_FILE: optional(z.string().optional()),
  ANSWER_CACHE_DEFAULT: optional(z.enum(['shared', 'private', 'off']).default('private')),
  // The default is `defaultSimilarityThreshold` in lib/embedding/connect.ts.
  ANSWER_CACHE_THRESHOLD: optional(
    z.coerce.number({ error: 'must be a number' }).min(0, 'must be at least 0').max(1, 'must be at most 1').optional(),
  ),
  ANSWER_CACHE_EMBED_TIMEOUT_MS: optional(integer(1, 60_000).default(400)),
  ANSWER_CACHE_KEYS: optional(cacheKeys.optional()),
  ANSWER_CACHE_MAX_BYTES: optional(integer(0, Number.MAX_SAFE_INTEGER).default(256 * 1024 * 1024)),
  ANSWER_CACHE_SHARE_AFTER: optional(integer(1, 1000).default(5)),
  ANSWER_CACHE_SHARE_ACCOUNT_AGE_HOURS: optional(integer(0, 8760).default(24)),
  ANSWER_CACHE_SHARE_PER_NETWORK: optional(integer(0, 1000).default(1)),
  RATE_LIMITS: optional(
    z
      .union([
        z.literal('off'),
        z
          .string()
          .transform((text, context) => {
            try {
              return JSON.parse(text) as unknown
            } catch {
              context.addIssue('must be off or JSON like {"chat":"1000/60"}')
              return z.NEVER
            }
          })
          .pipe(
            z.record(
              z.string(),
              z.string().regex(/^[1-9]\d{0,8}(\/[1-9]\d{0,8})?$/, 'must be count/seconds or a count for each limit'),
            ),
          ),
      ])
      .default({}),
  ),
  SECURITY_CONTACT: optional(
    z.url({ protocol: /^(https|mailto)$/, error: 'must be a mailto: or https: URL' }).optional(),
  ),
  SECURITY_POLICY: optional(z.url({ protocol: /^https$/, error: 'must be an https: URL' }).optional()),
  CRON_SECRET: optional(z.string().min(16, 'must have at least 16 characters').optional()),
  LOG_LEVEL: optional(z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info')),
})

export type Environment = Readonly<
  z.output<typeof environmentSchema> & { systemPrompt: string; mcpServers: readonly McpServerEntry[] }
>

const defaultSystemPrompt = `You are Goldfish, a helpful assistant in a chat app.
Answer in the language of the question. Be correct first, then brief and friendly. Say so when you do not know.
Use Markdown where it helps reading: short paragraphs, lists, tables, and code blocks with their language.`

/**
 * Parses and validates an environment. Throws one error whose message has a line for each missing or invalid
 * variable. The message must never contain a value, because values may be secrets.
 */
export function parseEnvironment(source: Readonly<Record<string, string | undefined>>): Environment {
  const result = environmentSchema.safeParse(source)
  if (!result.success)
    throw invalidEnvironment(result.error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`))
  const { CHAT_MODEL, FALLBACK_MODEL, EMBEDDING_MODEL } = result.data
  const problems = [
    ...missingProvider(result.data, 'CHAT_MODEL', CHAT_MODEL),
    ...(FALLBACK_MODEL ? missingProvider(result.data, 'FALLBACK_MODEL', FALLBACK_MODEL) : []),
    ...(needsProvider(EMBEDDING_MODEL) ? missingProvider(result.data, 'EMBEDDING_MODEL', EMBEDDING_MODEL) : []),
    ...findConflicts(result.data),
  ]
  const systemPrompt = readSystemPrompt(result.data.SYSTEM_PROMPT_FILE)
  if (systemPrompt === null) problems.push('SYSTEM_PROMPT_FILE: cannot be read or is empty')
  const mcpServers = readMcpServers(result.data.MCP_SERVERS_FILE)
  if ('problems' in mcpServers) problems.push(...mcpServers.problems.map((line) => `MCP_SERVERS_FILE: ${line}`))
  if (problems.length > 0 || systemPrompt === null || 'problems' in mcpServers) throw invalidEnvironment(problems)
  return Object.freeze({ ...result.data, systemPrompt, mcpServers: mcpServers.servers })
}

function invalidEnvironment(problems: string[]): Error {
  return new Error(`Invalid environment:\n${problems.map((line) => `  ${line}`).join('\n')}`)
}

/** Finds variables that are valid on their own but not together. */
function findConflicts(env: z.output<typeof environmentSchema>): string[] {
  const { REDIS_URL, REDIS_CLUSTER, ANSWER_CACHE_KEYS = [], CHAT_MODEL, FALLBACK_MODEL } = env
  const problems: string[] = []
  if (REDIS_URL && REDIS_URL.length > 1 && !REDIS_CLUSTER)
    problems.push('REDIS_URL: several URLs are the nodes of a cluster and need REDIS_CLUSTER=1')
  if (new Set(ANSWER_CACHE_KEYS.map(({ kid }) => kid)).size < ANSWER_CACHE_KEYS.length)
    problems.push('ANSWER_CACHE_KEYS: each kid must be unique')
  if (FALLBACK_MODEL === CHAT_MODEL) problems.push('FALLBACK_MODEL: must differ from CHAT_MODEL')
  return problems
}

/**
 * Reads the system prompt once at boot, because its hash is part of the scope of every cached answer. Returns null if
 * the file is empty or cannot be read.
 */
function readSystemPrompt(file: string | undefined): string | null {
  if (!file) return defaultSystemPrompt
  try {
    return readFileSync(file, 'utf8').trim() || null
  } catch {
    return null
  }
}

function readMcpServers(file: string | undefined): ReturnType<typeof parseMcpServers> {
  if (!file) return { servers: [] }
  try {
    return parseMcpServers(readFileSync(file, 'utf8'))
  } catch {
    return { problems: ['cannot be read'] }
  }
}

const needsProvider = (embeddingModel: string) => embeddingModel !== 'none' && !embeddingModel.startsWith('local:')

/** Reports a model whose provider has no credentials, which would otherwise fail only in the first turn. */
function missingProvider(env: z.output<typeof environmentSchema>, setting: string, model: string): string[] {
  if (model === 'offline') return []
  if (model.startsWith('anthropic:'))
    return env.ANTHROPIC_API_KEY ? [] : [`ANTHROPIC_API_KEY: is required by ${setting}`]
  if (model.startsWith('gateway:'))
    return env.AI_GATEWAY_API_KEY ? [] : [`AI_GATEWAY_API_KEY: is required by ${setting}`]
  if (env.OPENAI_BASE_URL || env.OPENAI_API_KEY) return []
  return [`OPENAI_BASE_URL or OPENAI_API_KEY: one of them is required by ${setting}`]
}

/** Returns the environment. No other code of the product may read `process.env`. */
export const readEnvironment = processHandle('env', () => parseEnvironment(process.env))
