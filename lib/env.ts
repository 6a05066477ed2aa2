import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type McpServerEntry, parseMcpServers } from '@/lib/mcp-servers'
import { processHandle } from '@/lib/process-handle'

/** An empty string in the environment means "not set", as every shell and hosting dashboard has it. */
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
const whole = (least: number, most: number) =>
  z.coerce.number({ error: 'must be a number' }).int('must be a whole number').min(least).max(most)

/** Every variable the product reads. `.env.example` is kept equal to these keys by a test. */
export const environmentSchema = z.object({
  NODE_ENV: optional(z.enum(['development', 'test', 'production']).default('production')),
  DATABASE_URL: optional(databaseUrl),
  DATABASE_POOL_MAX: optional(whole(1, 200).default(10)),
  REDIS_URL: optional(redisUrls.optional()),
  REDIS_CLUSTER: optional(flag.default(false)),
  BETTER_AUTH_SECRET: optional(
    z
      .string({ error: 'is missing: at least 32 random characters (openssl rand -base64 32)' })
      .min(32, 'must have at least 32 characters')
      .refine((secret) => secret !== sampleSecret, 'is the sample value of .env.example: make your own'),
  ),
  BETTER_AUTH_URL: optional(
    z.url({ protocol: /^https?$/, error: 'must be the public http(s) origin, e.g. https://chat.example.com' }),
  ),
  TRUSTED_ORIGINS: optional(origins.default([])),
  TRUSTED_PROXY_HOPS: optional(whole(0, 10).default(0)),
  SMTP_URL: optional(z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' }).optional()),
  SMTP_FROM: optional(z.string().default('Goldfish <goldfish@localhost>')),
  CHAT_MODEL: optional(
    z.string({
      error:
        'is missing: a model name with OPENAI_BASE_URL or OPENAI_API_KEY, anthropic:NAME, gateway:CREATOR/NAME, or offline',
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
      .refine((model) => model !== 'offline' && !model.startsWith('anthropic:'), 'names a provider without embeddings')
      .refine((model) => model !== 'local:', 'must name a folder or a hub id after local:')
      .default('none'),
  ),
  MODEL_CATALOG_FILE: optional(z.string().optional()),
  SYSTEM_PROMPT_FILE: optional(z.string().optional()),
  MCP_SERVERS_FILE: optional(z.string().optional()),
  ANSWER_CACHE_DEFAULT: optional(z.enum(['shared', 'private', 'off']).default('private')),
  ANSWER_CACHE_THRESHOLD: optional(
    z.coerce.number({ error: 'must be a number' }).min(0, 'must be at least 0').max(1, 'must be at most 1').optional(),
  ),
  ANSWER_CACHE_EMBED_TIMEOUT_MS: optional(whole(1, 60_000).default(400)),
  ANSWER_CACHE_KEYS: optional(cacheKeys.optional()),
  ANSWER_CACHE_MAX_BYTES: optional(whole(0, Number.MAX_SAFE_INTEGER).default(256 * 1024 * 1024)),
  ANSWER_CACHE_SHARE_AFTER: optional(whole(1, 1000).default(5)),
  ANSWER_CACHE_SHARE_ACCOUNT_AGE_HOURS: optional(whole(0, 8760).default(24)),
  ANSWER_CACHE_SHARE_PER_NETWORK: optional(whole(0, 1000).default(1)),
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
              z.string().regex(/^[1-9]\d{0,8}(\/[1-9]\d{0,8})?$/, 'each limit must be count/seconds, or a count'),
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
 * Parses an environment whole. Throws one Error whose message names every bad or missing variable, a line each,
 * and never repeats a value (it may be a secret).
 */
export function parseEnvironment(source: Readonly<Record<string, string | undefined>>): Environment {
  const result = environmentSchema.safeParse(source)
  if (!result.success)
    throw incomplete(result.error.issues.map(({ path, message }) => `${String(path[0])}: ${message}`))
  const { CHAT_MODEL, FALLBACK_MODEL, EMBEDDING_MODEL } = result.data
  const complaints = [
    ...missingProvider(result.data, 'CHAT_MODEL', CHAT_MODEL),
    ...(FALLBACK_MODEL ? missingProvider(result.data, 'FALLBACK_MODEL', FALLBACK_MODEL) : []),
    ...(isRemote(EMBEDDING_MODEL) ? missingProvider(result.data, 'EMBEDDING_MODEL', EMBEDDING_MODEL) : []),
    ...misfits(result.data),
  ]
  const systemPrompt = readSystemPrompt(result.data.SYSTEM_PROMPT_FILE)
  if (systemPrompt === null) complaints.push('SYSTEM_PROMPT_FILE: cannot be read, or is empty')
  const mcpServers = readMcpServers(result.data.MCP_SERVERS_FILE)
  if ('complaints' in mcpServers) complaints.push(...mcpServers.complaints.map((line) => `MCP_SERVERS_FILE: ${line}`))
  if (complaints.length > 0 || systemPrompt === null || 'complaints' in mcpServers) throw incomplete(complaints)
  return Object.freeze({ ...result.data, systemPrompt, mcpServers: mcpServers.servers })
}

function incomplete(complaints: string[]): Error {
  return new Error(`The environment is not complete:\n${complaints.map((line) => `  ${line}`).join('\n')}`)
}

/** Values that are right each by itself and wrong together. */
function misfits(env: z.output<typeof environmentSchema>): string[] {
  const { REDIS_URL, REDIS_CLUSTER, ANSWER_CACHE_KEYS = [], CHAT_MODEL, FALLBACK_MODEL } = env
  const complaints: string[] = []
  if (REDIS_URL && REDIS_URL.length > 1 && !REDIS_CLUSTER)
    complaints.push('REDIS_URL: several URLs are the nodes of a cluster and need REDIS_CLUSTER=1')
  if (new Set(ANSWER_CACHE_KEYS.map(({ kid }) => kid)).size < ANSWER_CACHE_KEYS.length)
    complaints.push('ANSWER_CACHE_KEYS: every kid must be there once')
  if (FALLBACK_MODEL === CHAT_MODEL) complaints.push('FALLBACK_MODEL: must be another model than CHAT_MODEL')
  return complaints
}

/** Read here, once: the prompt is a setting, and its hash is part of every cached answer's scope. */
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
    return { complaints: ['cannot be read'] }
  }
}

const isRemote = (embeddingModel: string) => embeddingModel !== 'none' && !embeddingModel.startsWith('local:')

/** A model whose provider has no key would fail at the first turn; it is better named at boot. */
function missingProvider(env: z.output<typeof environmentSchema>, setting: string, model: string): string[] {
  if (model === 'offline') return []
  if (model.startsWith('anthropic:')) return env.ANTHROPIC_API_KEY ? [] : [`ANTHROPIC_API_KEY: is needed by ${setting}`]
  if (model.startsWith('gateway:')) return env.AI_GATEWAY_API_KEY ? [] : [`AI_GATEWAY_API_KEY: is needed by ${setting}`]
  if (env.OPENAI_BASE_URL || env.OPENAI_API_KEY) return []
  return [`OPENAI_BASE_URL or OPENAI_API_KEY: one of them is needed by ${setting}`]
}

/** The only reader of `process.env` in the product. */
export const readEnvironment = processHandle('env', () => parseEnvironment(process.env))
