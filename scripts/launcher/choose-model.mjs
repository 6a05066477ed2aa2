import { findLocalModel } from './find-local-model.mjs'

const settings = ['CHAT_MODEL', 'OPENAI_BASE_URL', 'OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'AI_GATEWAY_API_KEY']

/**
 * Which model answers: the one that is set, else one of a server on this machine, else the built-in offline one.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {(line: string) => void} say
 * @returns {Promise<Record<string, string>>} what to add to the app's environment
 */
export async function chooseModel(env, say) {
  // Half a setting is the app's to complain about: guessing the other half would send text somewhere unasked.
  if (settings.some((name) => env[name])) return {}
  const local = await findLocalModel()
  if (local) {
    say(`Model: ${local.model} of the ${local.name} on this machine (set CHAT_MODEL to choose)`)
    return { CHAT_MODEL: local.model, OPENAI_BASE_URL: local.baseUrl }
  }
  say('Model: the built-in offline one. For a real one start Ollama, or set CHAT_MODEL and OPENAI_API_KEY in .env')
  return { CHAT_MODEL: 'offline' }
}
