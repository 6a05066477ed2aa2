import { readEnvironment } from '@/lib/env'
import { processHandle } from '@/lib/process-handle'
import { connectModels } from './connect'

/** The models of this process. Throws at its first use, at boot, when MODEL_CATALOG_FILE is not right. */
export const models = processHandle('model', () => connectModels(readEnvironment()))
