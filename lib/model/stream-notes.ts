/** The kinds of skipped chunks of a provider's stream. Log lines contain these words and never the chunk itself. */
export type SkippedKind =
  /** A line or an event that is not JSON. */
  | 'not_json'
  /** JSON, but not an object: `null`, a number or a string. */
  | 'not_an_object'
  /** An object with neither a choice nor a usage count. */
  | 'no_choices'
  /** An event, content part or tool call that cannot be read. */
  | 'unreadable'
  /** A line or event above the size limit. */
  | 'too_long'
  /** An error, a cut connection or data after the provider had ended its answer. */
  | 'after_end'

/** Observations about the stream of one call, recorded by its reader. */
export type StreamNotes = {
  skipped: Map<SkippedKind, number>
  /** The provider has sent a finish reason: the answer is complete, so nothing that follows may fail it. */
  hasEnded: boolean
}

export const openStreamNotes = (): StreamNotes => ({ skipped: new Map(), hasEnded: false })

export function recordSkipped(notes: StreamNotes, kind: SkippedKind): void {
  notes.skipped.set(kind, (notes.skipped.get(kind) ?? 0) + 1)
}

/** Formats the counts for the log, e.g. `no_choices=2 not_json=1`. Null if nothing was skipped. */
export function describeSkipped(skipped: ReadonlyMap<SkippedKind, number> | undefined): string | null {
  if (!skipped || skipped.size === 0) return null
  return [...skipped].map(([kind, count]) => `${kind}=${count}`).join(' ')
}
