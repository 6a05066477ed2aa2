import { readFileSync } from 'node:fs'
import type { LanguageModelV4 } from '@ai-sdk/provider'
import { type ModelCatalog, type ModelSettings, openCatalog } from './model-catalog'
import { parseModelId } from './model-facts'
import { isOpenaiItself, openLanguageModel } from './open-language-model'
import type { PrefixHints } from './prefix-hints'
import type { StreamNotes } from './stream-notes'

/** The models that can be called, and the facts about them. */
export type ModelHandle = {
  catalog: ModelCatalog
  /**
   * Returns the model to call. `notes` collects observations about the stream of that call. Throws `invalid_request`
   * for an id that the catalog does not offer.
   */
  languageModel(id: string, notes?: StreamNotes): Promise<LanguageModelV4>
  /** Returns which hints the provider of a model needs for its prefix cache. */
  prefixHints(id: string): PrefixHints
}

/** Opens the models of these settings without connecting. Throws only if the catalog file is invalid. */
export function connectModels(env: ModelSettings): ModelHandle {
  const catalog = openCatalog(env, readCatalogFile(env.MODEL_CATALOG_FILE))
  return Object.freeze({
    catalog,
    prefixHints: (id: string) => {
      const { provider } = parseModelId(id)
      if (provider === 'anthropic') return provider
      return provider === 'openai' && isOpenaiItself(env.OPENAI_BASE_URL) ? provider : null
    },
    languageModel: async (id: string, notes?: StreamNotes) => openLanguageModel(env, catalog.require(id).id, notes),
  })
}

function readCatalogFile(file: string | undefined): string | null {
  if (file === undefined) return null
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error('MODEL_CATALOG_FILE: cannot be read', { cause: error })
  }
}
