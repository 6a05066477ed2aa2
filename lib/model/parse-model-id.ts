export type ProviderName = 'openai' | 'anthropic' | 'gateway' | 'offline'

/**
 * Splits a model's id into its provider and the name that provider knows it by. Only our own prefixes are read: names of
 * Ollama have colons of their own (`llama3.2:3b`), and every name without a prefix goes to the OpenAI-compatible endpoint.
 */
export function parseModelId(id: string): { provider: ProviderName; name: string } {
  if (id === 'offline') return { provider: 'offline', name: 'offline' }
  for (const provider of ['anthropic', 'gateway'] as const) {
    if (id.startsWith(`${provider}:`)) return { provider, name: id.slice(provider.length + 1) }
  }
  return { provider: 'openai', name: id }
}
