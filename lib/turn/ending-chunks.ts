import type { ChatChunk, MessageStatus, TurnMetadata } from '@/lib/contract/ui-message'
import type { ErrorCode } from '@/lib/errors'
import { turnError } from '@/lib/http/error-response'

/** How a turn stands when its stream ends. */
export type TurnEnding = { status: MessageStatus; errorCode: ErrorCode | null; metadata: Omit<TurnMetadata, 'status'> }

/** The last chunks of a stream. The SDK knows three ends: finished, aborted, failed; each carries what we know. */
export function endingChunks({ status, errorCode, metadata: known }: TurnEnding): ChatChunk[] {
  const metadata: TurnMetadata = { status, ...known }
  switch (status) {
    case 'complete':
      return [{ type: 'finish', finishReason: 'stop', messageMetadata: metadata }]
    case 'truncated':
      return [{ type: 'finish', finishReason: 'length', messageMetadata: metadata }]
    case 'stopped':
      return [{ type: 'message-metadata', messageMetadata: metadata }, { type: 'abort' }]
    case 'failed':
    case 'interrupted':
    case 'streaming': {
      const error = turnError(errorCode ?? 'provider_cut')
      return [
        { type: 'message-metadata', messageMetadata: metadata },
        { type: 'data-error', data: error },
        { type: 'error', errorText: error.message },
      ]
    }
  }
}
