/** Why a piece of a provider's stream was skipped. Log lines carry these words and never the piece itself. */
export type SkippedKind =
  /** A line or an event that is not JSON. */
  | 'not_json'
  /** JSON, but not an object: `null`, a number, a text. */
  | 'not_an_object'
  /** An object that carries neither a choice nor a usage count. */
  | 'no_choices'
  /** An event, a part of the content or a tool call that cannot be read. */
  | 'unreadable'
  /** A line or event above the size limit. */
  | 'too_long'
  /** An error, a cut connection, or data after the provider had ended its answer. */
  | 'after_end'

/** Observations about the stream of one call. The reader of the stream fills them in while it reads. */
export type StreamNotes = {
  skipped: Map<SkippedKind, number>
  /** The provider has given a finish reason: the answer is whole, so nothing that follows may fail it. */
  hasEnded: boolean
}

export const openStreamNotes = (): StreamNotes => ({ skipped: new Map(), hasEnded: false })

export function noteSkipped(notes: StreamNotes, kind: SkippedKind): void {
  notes.skipped.set(kind, (notes.skipped.get(kind) ?? 0) + 1)
}

/** The counts as one word list for the log, e.g. `no_choices=2 not_json=1`; null if nothing was skipped. */
export function describeSkipped(skipped: ReadonlyMap<SkippedKind, number> | undefined): string | null {
  if (!skipped || skipped.size === 0) return null
  return [...skipped].map(([kind, count]) => `${kind}=${count}`).join(' ')
}
