/** Turns texts into vectors whose cosine says how near their meanings are. */
export type Embedder = {
  /** Names the model and every setting that changes its vectors: vectors of two ids are never compared. */
  id: string
  /** Length of its vectors, where that is known before the first call. */
  dimension?: number
  /** Cosine similarity from which two questions may mean the same; every model has a scale of its own. */
  similarityThreshold: number
  /** Loads what has to be loaded, so that the first turn does not; rejects with a message made for the operator. */
  load?: () => Promise<void>
  /**
   * One unit vector per text, in their order. Rejects with `VectorRefused` for what is no direction, with the signal's
   * reason when it fires, and with what the model's package says otherwise.
   */
  embed: (texts: readonly string[], options?: EmbedOptions) => Promise<readonly Float32Array[]>
}

export type EmbedOptions = {
  signal?: AbortSignal
  /** Told how many input tokens were paid for, where the API says it. */
  onTokens?: (inputTokens: number) => void
}
