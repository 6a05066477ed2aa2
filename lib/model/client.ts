import { connectEmbedder } from '@/lib/embedding/connect'
import { readEnvironment } from '@/lib/env'
import { processHandle } from '@/lib/process-handle'
import { connectModels } from './connect'

const opened = processHandle('model', () => {
  const env = readEnvironment()
  return { models: connectModels(env), embedder: connectEmbedder(env) }
})

/** The models of this process. Throws at its first use, at boot, when a setting is not right. */
export const models = () => opened().models

/** The embedding model of this process; null where the operator chose none. */
export const embedder = () => opened().embedder
