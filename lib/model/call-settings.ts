/** What a caller may ask of a model besides an answer. Whatever is left out is the provider's own default. */
export type CallSettings = {
  /** The model's own limit holds too. */
  maxOutputTokens?: number
  temperature?: number
  topP?: number
  presencePenalty?: number
  frequencyPenalty?: number
  seed?: number
  stopSequences?: string[]
}
