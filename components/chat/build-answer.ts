import { createMessageBuilder } from '@/lib/contract/message-builder'
import type { ChatChunk, ChatPart, TurnError, TurnMetadata } from '@/lib/contract/ui-message'

/** The way in which a stream has ended. A stream without one of these was cut off. */
export type AnswerEnd = 'complete' | 'truncated' | 'stopped' | 'interrupted' | 'failed'

export type Answer = {
  messageId: string | null
  parts: ChatPart[]
  metadata: Partial<TurnMetadata>
  error: TurnError | null
  end: AnswerEnd | null
}

const endFromReason = (finishReason: string | undefined): AnswerEnd =>
  finishReason === 'length' ? 'truncated' : 'complete'

/**
 * Builds the message of one answer from its chunks: the parts, and what the stream reports about the answer itself.
 */
export function buildAnswer() {
  const builder = createMessageBuilder()
  let answer: Answer = { messageId: null, parts: [], metadata: {}, error: null, end: null }

  const mergeMetadata = (metadata: Partial<TurnMetadata> | undefined) => {
    if (metadata !== undefined) answer = { ...answer, metadata: { ...answer.metadata, ...metadata } }
  }

  const apply = (chunk: ChatChunk): void => {
    switch (chunk.type) {
      case 'start':
        answer = { ...answer, messageId: chunk.messageId ?? answer.messageId }
        mergeMetadata(chunk.messageMetadata)
        break
      case 'data-error':
        answer = { ...answer, error: chunk.data }
        break
      case 'message-metadata':
        mergeMetadata(chunk.messageMetadata)
        break
      case 'error':
        // The process that generated the answer has died. That is not an error of the model, and the answer can
        // be continued.
        if (answer.metadata.status === 'interrupted') answer = { ...answer, end: 'interrupted', error: null }
        else answer = { ...answer, end: 'failed', error: answer.error ?? unknownError(chunk.errorText) }
        break
      case 'abort':
        answer = { ...answer, end: 'stopped' }
        break
      case 'finish':
        mergeMetadata(chunk.messageMetadata)
        // Stopped and failed streams may still send a finish chunk. The earlier chunk determines the end.
        answer = { ...answer, end: answer.end ?? endFromReason(chunk.finishReason) }
        break
      default:
        builder.apply(chunk)
        answer = { ...answer, parts: builder.parts() }
    }
  }
  return { apply, answer: () => answer }
}

const unknownError = (message: string): TurnError => ({ code: 'provider_error', message, retryable: true })
