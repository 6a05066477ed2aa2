import type { TurnError } from '@/lib/contract/ui-message'

/** The content of an answer's stream as its reader received it, with times. */
export type SeenStream = {
  messageId: string | null
  text: string
  /** The length of the text at each time, oldest first. */
  growth: { at: number; length: number }[]
  error: TurnError | null
  /** `cut` means that the connection was closed before the stream contained the end of the turn. */
  end: 'finish' | 'abort' | 'error' | 'cut'
}

export type StreamWatcher = { onFirstByte?: () => void; onFinish?: () => void }

type Chunk = { type: string; delta?: string; messageId?: string; data?: TurnError }

/** Reads a stream to its end. Never throws: a broken connection is returned as the end `cut`. */
export async function watchStream(response: Response, watcher: StreamWatcher = {}): Promise<SeenStream> {
  const seen: SeenStream = { messageId: null, text: '', growth: [], error: null, end: 'cut' }
  const apply = (chunk: Chunk) => {
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
      for (const line of lines) if (line.startsWith('data: {')) apply(JSON.parse(line.slice('data: '.length)) as Chunk)
    }
  } catch {
    // The connection was closed, so `end` is still `cut`.
  }
  return seen
}
