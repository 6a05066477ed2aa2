import { setTimeout as pause } from 'node:timers/promises'
import { sseChunks } from './sse-chunks.mjs'

/** Nobody waits longer for a stub that was told to say nothing. */
export const longestSilenceMs = 300_000
/** How much of a long answer is written before the reader has to have read it. */
const tokensPerWrite = 200

/**
 * Streams an answer the way the behaviour says. Ends when it is sent, broken, or the client has gone.
 *
 * @param {import('node:http').ServerResponse} response
 * @param {{ model: string, tokens: readonly string[], calls: readonly import('./tool-calls.mjs').StubCall[], finish: string, usage: import('./sse-chunks.mjs').Usage | null,
 *   behaviour: import('./behaviour.mjs').Behaviour, signal: AbortSignal, sent: (tokens: number) => void, cut: () => void }} answer
 */
export async function streamAnswer(response, answer) {
  const { behaviour, signal, sent } = answer
  const chunks = sseChunks(answer.model)
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  if (behaviour.raw !== undefined) return void response.end(behaviour.raw)
  if (behaviour.empty) return void response.end(chunks.done)
  if (behaviour.ttftMs) await pause(behaviour.ttftMs, undefined, { signal })

  const { how, after } = breakOf(behaviour)
  const tokens = answer.tokens.slice(0, after)
  const opening = chunks.first + (behaviour.reasoning ? reasoningTokens.map(chunks.reasoning).join('') : '')
  const closing = [
    ...answer.calls.map(chunks.toolCall),
    chunks.finish(answer.finish),
    answer.usage ? chunks.usage(answer.usage) : '',
    chunks.done,
  ].join('')
  if (!how && !behaviour.gapMs && tokens.length <= tokensPerWrite) {
    sent(tokens.length)
    response.end(opening + tokens.map(chunks.token).join('') + closing)
    return
  }
  await write(response, opening, signal)
  const batch = behaviour.gapMs ? 1 : tokensPerWrite
  for (let index = 0; index < tokens.length; index += batch) {
    if (index > 0 && behaviour.gapMs) await pause(behaviour.gapMs, undefined, { signal })
    const piece = tokens.slice(index, index + batch)
    await write(response, piece.map(chunks.token).join(''), signal)
    sent(piece.length)
  }
  switch (how) {
    case 'cut':
      answer.cut()
      return
    case 'stall':
      await pause(longestSilenceMs, undefined, { signal })
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

/** How the answer breaks and after how many tokens. @param {import('./behaviour.mjs').Behaviour} behaviour */
function breakOf(behaviour) {
  const how = breaks.find((name) => behaviour[name] !== undefined) ?? null
  return { how, after: how === null ? undefined : behaviour[how] }
}

/** Waits for a reader that is behind. @param {import('node:http').ServerResponse} response @param {string} text @param {AbortSignal} signal */
async function write(response, text, signal) {
  signal.throwIfAborted()
  if (response.write(text)) return
  await new Promise((resolve, reject) => {
    response.once('drain', resolve)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
