import type { ModelMessage, SystemModelMessage } from 'ai'

/** The kind of hints about reusable prefixes that a provider needs. Null if it detects prefixes by itself. */
export type PrefixHints = 'anthropic' | 'openai' | null

type Prompt = { instructions: string; messages: readonly ModelMessage[] }
type HintedPrompt = {
  instructions: string | SystemModelMessage
  messages: ModelMessage[]
  providerOptions?: { openai: { prompt_cache_key: string } }
}

const breakpoint = Object.freeze({ anthropic: { cacheControl: { type: 'ephemeral' as const } } })

/**
 * Adds the hints that the prefix cache of the provider needs. Anthropic caches up to explicit breakpoints: one after
 * the instructions, which all prompts share, and one after the message before the question, because the next turn
 * will begin with the same messages. OpenAI caches automatically and gets a key that groups related prompts. The key
 * must not identify a user.
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
