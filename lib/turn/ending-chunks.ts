import type { MessageStatus } from '@/lib/contract/api'
import type { TurnMetadata } from '@/lib/contract/ui-message'
import type { ErrorCode } from '@/lib/errors'
import { turnError } from '@/lib/http/error-response'
import type { TurnStream } from './turn-stream'

/** How a turn stands when its stream ends. */
export type TurnEnding = { status: MessageStatus; errorCode: ErrorCode | null; metadata: TurnMetadata }

/** The last events of a stream. The SDK knows three ends: finished, aborted, failed; each carries what we know. */
export function endStream(stream: TurnStream, { status, errorCode, metadata }: TurnEnding): void {
  switch (status) {
    case 'complete':
      stream.write({ type: 'finish', finishReason: 'stop', messageMetadata: metadata })
      break
    case 'truncated':
      stream.write({ type: 'finish', finishReason: 'length', messageMetadata: metadata })
      break
    case 'stopped':
      stream.write({ type: 'message-metadata', messageMetadata: metadata })
      stream.write({ type: 'abort' })
      break
    case 'failed':
    case 'interrupted':
    case 'streaming': {
      const error = turnError(errorCode ?? 'provider_cut')
      stream.write({ type: 'message-metadata', messageMetadata: metadata })
      stream.write({ type: 'data-error', data: error })
      stream.write({ type: 'error', errorText: error.message })
      break
    }
  }
  stream.close()
}
