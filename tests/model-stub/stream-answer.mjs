import { setTimeout as pause } from 'node:timers/promises'
import { sseChunks } from './sse-chunks.mjs'

/** How long a stub that should hang or stall keeps the connection open. */
export const maxSilenceMs = 300_000
/** How many tokens are written at once before the stub waits for the reader. */
const tokensPerWrite = 200

/**
 * Streams an answer with the given behavior. Resolves when it is sent or broken. Rejects if the client disconnects.
 *
 * @param {import('node:http').ServerResponse} response
 * @param {{ model: string, tokens: readonly string[], calls: readonly import('./tool-calls.mjs').StubCall[],
 *   finish: string, usage: import('./sse-chunks.mjs').Usage | null, behavior: import('./behavior.mjs').Behavior,
 *   signal: AbortSignal, sent: (tokens: number) => void, cut: () => void }} answer
 */
export async function streamAnswer(response, answer) {
  const { behavior, signal, sent } = answer
  const chunks = sseChunks(answer.model)
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  if (behavior.raw !== undefined) return void response.end(behavior.raw)
  if (behavior.empty) return void response.end(chunks.done)
  if (behavior.ttftMs) await pause(behavior.ttftMs, undefined, { signal })

  const { how, after } = findBreak(behavior)
  const tokens = answer.tokens.slice(0, after)
  const opening = chunks.first + (behavior.reasoning ? reasoningTokens.map(chunks.reasoning).join('') : '')
  const closing = [
    ...answer.calls.map(chunks.toolCall),
    chunks.finish(answer.finish),
    answer.usage ? chunks.usage(answer.usage) : '',
    chunks.done,
  ].join('')
  if (!how && !behavior.gapMs && tokens.length <= tokensPerWrite) {
    sent(tokens.length)
    response.end(opening + tokens.map(chunks.token).join('') + closing)
    return
  }
  await write(response, opening, signal)
  const batch = behavior.gapMs ? 1 : tokensPerWrite
  for (let index = 0; index < tokens.length; index += batch) {
    if (index > 0 && behavior.gapMs) await pause(behavior.gapMs, undefined, { signal })
    const piece = tokens.slice(index, index + batch)
    await write(response, piece.map(chunks.token).join(''), signal)
    sent(piece.length)
  }
  switch (how) {
    case 'cut':
      answer.cut()
      return
    case 'stall':
      await pause(maxSilenceMs, undefined, { signal })
      answer.cut()
      return
    case 'error':
      response.end(chunks.error + chunks.done)
      return
    case 'garbage':
      response.end(chunks.garbage)
      return
    case 'end':
      response.end(chunks.done)
      return
    case null:
      response.end(closing)
  }
}

const reasoningTokens = Object.freeze(['Let', ' me', ' think', ' about', ' that.'])
const breaks = Object.freeze(/** @type {const} */ (['cut', 'stall', 'error', 'garbage', 'end']))

/** Returns how the answer breaks and after how many tokens. @param {import('./behavior.mjs').Behavior} behavior */
function findBreak(behavior) {
  const how = breaks.find((name) => behavior[name] !== undefined) ?? null
  return { how, after: how === null ? undefined : behavior[how] }
}

/**
 * Writes a text and waits if the reader is slow.
 * @param {import('node:http').ServerResponse} response
 * @param {string} text
 * @param {AbortSignal} signal
 */
async function write(response, text, signal) {
  signal.throwIfAborted()
  if (response.write(text)) return
  await new Promise((resolve, reject) => {
    response.once('drain', resolve)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
