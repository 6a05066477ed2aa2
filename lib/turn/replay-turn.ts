import type { Needs } from '@/lib/context'
import type { ChatPart } from '@/lib/contract/ui-message'
import { AppError } from '@/lib/errors'
import { endStream } from './end-stream'
import type { LostClaim } from './open-turn'
import { type ClaimedTurn, findClaimedTurn } from './recognise-turn'
import type { TurnRequest } from './turn-request'
import { openTurnStream, type TurnStream, turnStreamHeaders } from './turn-stream'

/**
 * Answers a send whose turn id was claimed before, by this very request or by a misuse of the id. The stored answer is
 * played back: no model, no new row, nothing charged. Throws `idempotency_mismatch` for another text under the id, and
 * `turn_in_progress` while the first send still runs.
 */
export function replayTurn(request: TurnRequest, claimed: ClaimedTurn): Response {
  if (claimed.requestHash !== request.hash) throw new AppError('idempotency_mismatch')
  if (claimed.status === 'streaming') throw new AppError('turn_in_progress')
  const stream = openTurnStream()
  stream.write({ type: 'start', messageId: claimed.messageId })
  if (claimed.cache) stream.write({ type: 'data-cache', data: claimed.cache })
  writeStoredParts(stream, claimed.parts)
  endStream(stream, {
    status: claimed.status,
    errorCode: claimed.errorCode,
    metadata: {
      turnId: request.turnId,
      model: claimed.model ?? '',
      usage: claimed.usage,
      costUsd: claimed.costUsd,
      ttftMs: claimed.ttftMs,
      cacheStored: false,
    },
  })
  return new Response(stream.response, { headers: { ...turnStreamHeaders, 'idempotency-replayed': 'true' } })
}

/**
 * Answers a send that lost its claim while it was being opened: to itself, sent at the same time elsewhere, or to
 * another turn. Throws the claim's own code where there is nothing to play back.
 */
export async function answerLostClaim(
  context: Needs<'db' | 'userId'>,
  request: TurnRequest,
  lost: LostClaim,
): Promise<Response> {
  const claimed = await findClaimedTurn(context, request.turnId)
  if (claimed) return replayTurn(request, claimed)
  throw new AppError(lost)
}

/** Each stored part as one delta: a reader sees the answer at once. */
export function writeStoredParts(stream: TurnStream, parts: readonly ChatPart[]): void {
  for (const [index, part] of parts.entries()) {
    const id = String(index)
    if (part.type === 'text') {
      stream.write({ type: 'text-start', id })
      stream.write({ type: 'text-delta', id, delta: part.text })
      stream.write({ type: 'text-end', id })
    } else if (part.type === 'reasoning') {
      stream.write({ type: 'reasoning-start', id })
      stream.write({ type: 'reasoning-delta', id, delta: part.text })
      stream.write({ type: 'reasoning-end', id })
    }
  }
}
