import type { ModelMessage, SystemModelMessage } from 'ai'

/** How a provider wants to be told which beginning of a prompt will come again; null: it finds out by itself. */
export type PrefixHints = 'anthropic' | 'openai' | null

type Prompt = { instructions: string; messages: readonly ModelMessage[] }
type HintedPrompt = {
  instructions: string | SystemModelMessage
  messages: ModelMessage[]
  providerOptions?: { openai: { prompt_cache_key: string } }
}

const breakpoint = Object.freeze({ anthropic: { cacheControl: { type: 'ephemeral' as const } } })

/**
 * A prompt with what its provider's prefix cache needs. Anthropic caches up to where it is told: behind the instructions,
 * which all prompts have in common, and behind the last message but the question, where the next turn will go on.
 * OpenAI caches by itself and is told which prompts belong together, by a key that names nobody.
 */
export function withPrefixHints(
  hints: PrefixHints,
  { instructions, messages }: Prompt,
  cacheKey: string,
): HintedPrompt {
  switch (hints) {
    case null:
      return { instructions, messages: [...messages] }
    case 'openai':
      return { instructions, messages: [...messages], providerOptions: { openai: { prompt_cache_key: cacheKey } } }
    case 'anthropic': {
      const system = { role: 'system' as const, content: instructions, providerOptions: breakpoint }
      const last = messages.length - 2
      return {
        instructions: system,
        messages: messages.map((message, index) =>
          index === last ? { ...message, providerOptions: breakpoint } : message,
        ),
      }
    }
  }
}
