import { connectEmbedder } from '@/lib/embedding/connect'
import { readEnvironment } from '@/lib/env'
import { processHandle } from '@/lib/process-handle'
import { connectModels } from './connect'

const opened = processHandle('model', () => {
  const env = readEnvironment()
  return { models: connectModels(env), embedder: connectEmbedder(env) }
})

/** Returns the models of this process. The first call, at boot, throws if a setting is invalid. */
export const models = () => opened().models

/** Returns the embedding model of this process, or null if none is configured. */
export const embedder = () => opened().embedder
