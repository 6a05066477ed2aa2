import { findLocalModel } from './find-local-model.mjs'

const settings = ['CHAT_MODEL', 'OPENAI_BASE_URL', 'OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'AI_GATEWAY_API_KEY']

/**
 * Chooses the model: the configured one, otherwise one of a model server on this machine, otherwise the demo model.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {(line: string) => void} print
 * @returns {Promise<Record<string, string>>} The variables to add to the app's environment
 */
export async function chooseModel(env, print) {
  // If only some settings are given, the app must report the missing ones. A guess could
  // send text to the wrong server.
  if (settings.some((name) => env[name])) return {}
  const local = await findLocalModel()
  if (local) {
    print(`Model: ${local.model} from ${local.name} on this machine (set CHAT_MODEL to use another)`)
    return { CHAT_MODEL: local.model, OPENAI_BASE_URL: local.baseUrl }
  }
  print('Model: the built-in demo model. To use a real one, start Ollama, or set CHAT_MODEL and OPENAI_API_KEY in .env')
  return { CHAT_MODEL: 'offline' }
}
