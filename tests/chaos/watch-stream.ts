import type { TurnError } from '@/lib/contract/ui-message'

/** What a reader saw of an answer's stream, and when. */
export type SeenStream = {
  messageId: string | null
  text: string
  /** How much text had been seen at which moment, oldest first. */
  growth: { at: number; length: number }[]
  error: TurnError | null
  /** `cut`: the connection ended and nobody said how the turn did. */
  end: 'finish' | 'abort' | 'error' | 'cut'
}

export type StreamWatcher = { onFirstByte?: () => void; onFinish?: () => void }

type Chunk = { type: string; delta?: string; messageId?: string; data?: TurnError }

/** Reads a stream event by event for as long as it lasts. Never throws: a broken connection is an end like another. */
export async function watchStream(response: Response, watcher: StreamWatcher = {}): Promise<SeenStream> {
  const seen: SeenStream = { messageId: null, text: '', growth: [], error: null, end: 'cut' }
  const take = (chunk: Chunk) => {
    if (chunk.type === 'start') seen.messageId = chunk.messageId ?? null
    if (chunk.type === 'data-error') seen.error = chunk.data ?? null
    if (chunk.type === 'finish' || chunk.type === 'abort' || chunk.type === 'error') seen.end = chunk.type
    if (chunk.type === 'finish') watcher.onFinish?.()
    if (chunk.type !== 'text-delta') return
    seen.text += chunk.delta
    seen.growth.push({ at: Date.now(), length: seen.text.length })
  }
  let pending = ''
  let started = false
  try {
    for await (const piece of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      if (!started) watcher.onFirstByte?.()
      started = true
      const lines = (pending + piece).split('\n')
      pending = lines.pop() ?? ''
      for (const line of lines) if (line.startsWith('data: {')) take(JSON.parse(line.slice('data: '.length)) as Chunk)
    }
  } catch {
    // Reset or cut: `end` says already that it did not end well.
  }
  return seen
}
