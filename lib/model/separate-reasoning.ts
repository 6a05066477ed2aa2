import { type RedisHandle, reportTrouble } from '@/lib/redis/connect'
import { redisBudgetMs, withTimeout } from '@/lib/redis/run-script'
import type { ModelChunk } from './model-chunk'
import { type ReasoningPiece, splitReasoning } from './split-reasoning'

/** All chunks of this call so far are void. They follow again as the correct mix of text and reasoning. */
export type CallRestart = { type: 'restart'; found: 'reasoning' | 'text' }

export type ReasoningSeparator = {
  /** Returns the chunks that replace this chunk. */
  read: (chunk: ModelChunk) => (ModelChunk | CallRestart)[]
  /** Returns the chunks that are still buffered when the call ends. `isWhole`: the model stopped by itself. */
  end: (isWhole: boolean) => (ModelChunk | CallRestart)[]
}

type TextStart = Extract<ModelChunk, { type: 'text-start' }>

/**
 * Converts reasoning that a server sends as part of the text to reasoning parts. Only this module handles such tags:
 * the client, stored messages, titles, the cache and later prompts get parts.
 */
export function separateReasoning({ isImplicit }: { isImplicit: boolean }): ReasoningSeparator {
  const splitter = splitReasoning({ isImplicit })
  /** The open text part of the provider. Its start is emitted before its first text. */
  let textStart: TextStart | null = null
  let isTextOpen = false
  let reasoningId: string | null = null
  let reasoningParts = 0

  const endText = (): ModelChunk[] => {
    if (!isTextOpen || !textStart) return []
    isTextOpen = false
    return [{ type: 'text-end', id: textStart.id }]
  }
  const endReasoning = (): ModelChunk[] => {
    if (reasoningId === null) return []
    const id = reasoningId
    reasoningId = null
    return [{ type: 'reasoning-end', id }]
  }

  const toChunks = (piece: ReasoningPiece): (ModelChunk | CallRestart)[] => {
    switch (piece.type) {
      case 'reasoning': {
        const started: ModelChunk[] = endText()
        if (reasoningId === null) {
          reasoningId = `think-${++reasoningParts}`
          started.push({ type: 'reasoning-start', id: reasoningId })
        }
        return [...started, { type: 'reasoning-delta', id: reasoningId, delta: piece.text }]
      }
      case 'text': {
        const started = endReasoning()
        textStart ??= { type: 'text-start', id: 'text' }
        if (!isTextOpen) started.push(textStart)
        isTextOpen = true
        return [...started, { type: 'text-delta', id: textStart.id, delta: piece.text }]
      }
      case 'reasoning-end':
        return endReasoning()
      case 'restart':
        isTextOpen = false
        reasoningId = null
        return [piece]
    }
  }

  return {
    read: (chunk) => {
      switch (chunk.type) {
        case 'text-start':
          textStart = chunk
          return []
        case 'text-delta':
          return splitter.push(chunk.delta).flatMap(toChunks)
        case 'text-end': {
          // Reasoning without an end may be text after all, which is only known at the end of the call.
          const pieces = splitter.isAssuming() ? [] : splitter.interrupt('text-end')
          return [...pieces.flatMap(toChunks), ...endText(), ...(splitter.isAssuming() ? [] : endReasoning())]
        }
        case 'start-step':
        case 'finish-step':
          return [chunk]
        default: {
          const by = chunk.type.startsWith('reasoning') ? 'reasoning' : 'other'
          return [...splitter.interrupt(by).flatMap(toChunks), ...endText(), ...endReasoning(), chunk]
        }
      }
    },
    end: (isWhole) => [...splitter.end(isWhole).flatMap(toChunks), ...endText(), ...endReasoning()],
  }
}

/*
 * The functions below remember which models begin inside their reasoning without an opening tag, so that their next
 * answers will be streamed as reasoning from the first token. `readBreaker` reads the hint. Without Redis every such
 * answer is corrected when its closing tag arrives.
 */

/**
 * A user can make a model write a closing tag, so one answer is not enough. This many consecutive answers of all users
 * set the hint, and one answer of the other kind removes it.
 */
export const enoughImplicitAnswers = 2

const hintTtlSeconds = 7 * 24 * 3600

/** The key must be in the same cluster slot as the breaker of the model, because one script reads both. */
export const hintKey = (modelId: string) => `gf:1:reasoning:{${modelId}}`

/** Counts an answer that began inside its reasoning without an opening tag, or resets the count. Never rejects. */
export async function rememberReasoning(redis: RedisHandle, modelId: string, isImplicit: boolean): Promise<void> {
  if (!redis) return
  const key = hintKey(modelId)
  try {
    const count = () => redis.multi().incr(key).expire(key, hintTtlSeconds).exec()
    await withTimeout<unknown>(redisBudgetMs, isImplicit ? count() : redis.del(key))
  } catch (error) {
    reportTrouble(redis, error)
  }
}
