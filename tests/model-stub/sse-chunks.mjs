/**
 * Returns the events of OpenAI's stream as text. The text around a token is prepared once instead of serializing an
 * object per token, because benchmarks use the stub and must not measure it.
 * @param {string} model
 */
export function sseChunks(model) {
  const head = `data: {"id":"chatcmpl-stub","object":"chat.completion.chunk","created":1700000000,"model":${JSON.stringify(model)},`
  return {
    first: `${head}"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n`,
    /** @param {string} token */
    token: (token) =>
      `${head}"choices":[{"index":0,"delta":{"content":${JSON.stringify(token)}},"finish_reason":null}]}\n\n`,
    /** @param {string} token */
    reasoning: (token) =>
      `${head}"choices":[{"index":0,"delta":{"reasoning_content":${JSON.stringify(token)}},"finish_reason":null}]}\n\n`,
    /**
     * Returns the start of a tool call and its arguments in pieces.
     * @param {import('./tool-calls.mjs').StubCall} call
     * @param {number} index
     */
    toolCall: ({ id, name, arguments: text }, index) => {
      /** @param {object} piece */
      const chunk = (piece) =>
        `${head}"choices":[{"index":0,"delta":{"tool_calls":[${JSON.stringify({ index, ...piece })}]},"finish_reason":null}]}\n\n`
      const pieces = text.match(/[\s\S]{1,40}/g) ?? []
      const begin = chunk({ id, type: 'function', function: { name, arguments: '' } })
      return begin + pieces.map((piece) => chunk({ function: { arguments: piece } })).join('')
    },
    /** @param {string} reason */
    finish: (reason) => `${head}"choices":[{"index":0,"delta":{},"finish_reason":"${reason}"}]}\n\n`,
    /** @param {Usage} usage */
    usage: (usage) => `${head}"choices":[],"usage":${JSON.stringify(usage)}}\n\n`,
    error: 'data: {"error":{"message":"the stub fails as requested","type":"server_error","code":500}}\n\n',
    garbage: 'data: {"choices":[{"delta":{"content":"\u0000 <html>\n\nevent: ???\nnot an event at all\n\n',
    done: 'data: [DONE]\n\n',
  }
}

/**
 * @typedef {{ prompt_tokens: number, completion_tokens: number, total_tokens: number,
 *   prompt_tokens_details: { cached_tokens: number } }} Usage
 */
