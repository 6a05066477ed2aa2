import type { ChatChunk } from '@/lib/contract/ui-message'
import type { EventWriter } from '@/lib/stream/open-event-writer'
import type { TurnStream } from './turn-stream'

/** Where the chunks of a running turn go: to whoever sent it, and into the log that everybody else reads. */
export type TurnOutput = {
  write: (...chunks: readonly ChatChunk[]) => void
  /** Writes the last chunks and ends both. Settles when the log has them, or is given up; never rejects. */
  end: (chunks: readonly ChatChunk[]) => Promise<unknown>
  /** The same for a turn that was ended elsewhere; its output is removed from the log. */
  discard: (chunks: readonly ChatChunk[]) => Promise<unknown>
}

/** `log` is null for an answer that is there as a whole: nobody has the time to follow it. */
export function openTurnOutput(stream: TurnStream, log: EventWriter | null): TurnOutput {
  const finish = (chunks: readonly ChatChunk[]) => {
    const events = chunks.map((chunk) => JSON.stringify(chunk))
    stream.send(events)
    stream.close()
    return events
  }
  return {
    write: (...chunks) => {
      const events = chunks.map((chunk) => JSON.stringify(chunk))
      stream.send(events)
      for (const event of events) log?.write(event)
    },
    end: async (chunks) => {
      const events = finish(chunks)
      await log?.end(events)
    },
    discard: async (chunks) => {
      finish(chunks)
      await log?.discard()
    },
  }
}
