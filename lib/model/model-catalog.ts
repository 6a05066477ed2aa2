/**
 * Which models are offered, and the facts about them that the product calculates with. Made once from the settings and
 * frozen: an operator who changes a setting restarts the process.
 */
import type { ModelItem } from '@/lib/contract/api'
import type { Environment } from '@/lib/env'
import { AppError } from '@/lib/errors'
import { factsOf } from './known-models'
import type { ModelFacts } from './model-facts'
import { type CatalogEntry, parseCatalogFile } from './parse-catalog-file'
import { type ProviderName, parseModelId } from './parse-model-id'

export type ModelCatalog = {
  /** What `GET /api/models` lists: the default model first, then those of the catalogue file, then the fallback. */
  offered: readonly Readonly<ModelItem>[]
  default: string
  /** The model that answers when another cannot; null without one. */
  fallback: string | null
  /** The facts of a model that is offered and can be called; null for every other id. */
  find(id: string): Readonly<ModelFacts> | null
  /** As `find`; throws `invalid_request` for the field `model` instead of null. */
  require(id: string): Readonly<ModelFacts>
}

/** The settings that decide which models there are. */
export type ModelSettings = Pick<
  Environment,
  | 'CHAT_MODEL'
  | 'FALLBACK_MODEL'
  | 'OPENAI_BASE_URL'
  | 'OPENAI_API_KEY'
  | 'ANTHROPIC_API_KEY'
  | 'AI_GATEWAY_API_KEY'
  | 'MODEL_CATALOG_FILE'
>

/**
 * `fileText` is the content of MODEL_CATALOG_FILE, or null without one. Throws an Error that says what is wrong with the
 * file, for the operator at boot.
 */
export function openCatalog(env: ModelSettings, fileText: string | null = null): ModelCatalog {
  const entries = fileText === null ? [] : parseCatalogFile(fileText)
  const fallback = env.FALLBACK_MODEL ?? null
  const ids = [...new Set([env.CHAT_MODEL, ...entries.map(({ id }) => id), ...(fallback === null ? [] : [fallback])])]
  const models = ids.map((id) =>
    describeModel(
      id,
      entries.find((entry) => entry.id === id),
    ),
  )
  const available = (model: ModelFacts) => isConfigured(model.provider, env)
  const find = (id: string) => models.find((model) => model.id === id && available(model)) ?? null
  return Object.freeze({
    offered: Object.freeze(
      models.map((model) => {
        const { id, name, provider, contextWindow, vision } = model
        return Object.freeze({ id, name, provider, contextWindow, vision, available: available(model) })
      }),
    ),
    default: env.CHAT_MODEL,
    fallback,
    find,
    require: (id) => {
      const model = find(id)
      if (model) return model
      throw new AppError('invalid_request', { fields: [{ path: 'model', message: 'is not one of GET /api/models' }] })
    },
  })
}

/** What the operator says of a model wins over what we know, field by field. */
function describeModel(id: string, { id: _, ...said }: CatalogEntry = { id }): Readonly<ModelFacts> {
  const { provider, name } = parseModelId(id)
  const shown = provider === 'offline' ? 'Offline (built in)' : name
  return Object.freeze({ id, provider, name: shown, ...factsOf(name), ...said })
}

function isConfigured(provider: ProviderName, env: ModelSettings): boolean {
  switch (provider) {
    case 'offline':
      return true
    case 'anthropic':
      return env.ANTHROPIC_API_KEY !== undefined
    case 'gateway':
      return env.AI_GATEWAY_API_KEY !== undefined
    case 'openai':
      return env.OPENAI_BASE_URL !== undefined || env.OPENAI_API_KEY !== undefined
  }
}
