import { setImmediate } from 'node:timers/promises'
import { fullBudget, type LexedBlock, lexInSteps } from '@/components/markdown/lex-markdown'
import type { SharedConversation } from '@/lib/contract/api'
import type { BlockToken, RenderedMessage } from '@/lib/contract/markdown-token'

/** Must be incremented whenever the parser or its tokens change, so that shares are rendered again. */
export const renderingVersion = 1

/** The maximum number of elements of all answers of a share. The text after them is plain. */
const maxShareTokens = 20_000

/** Parses the answers of a share, with pauses in which other requests are served. */
export async function renderShare(messages: SharedConversation['messages']): Promise<RenderedMessage[]> {
  const rendered: RenderedMessage[] = []
  let tokens = maxShareTokens
  for (const { role, text } of messages) {
    if (role === 'user') {
      rendered.push({ role, text })
      continue
    }
    const available = Math.min(tokens, fullBudget.tokens)
    const lexed = await lexWithPauses(text.replace(/\r\n?/g, '\n'), available)
    tokens -= available - (lexed.at(-1)?.left.tokens ?? 0)
    const blocks = lexed.map(({ block }) => block).filter(({ type }) => type !== 'space' && type !== 'def')
    rendered.push({ role, blocks: blocks.map(withoutSource) })
  }
  return rendered
}

async function lexWithPauses(text: string, tokens: number): Promise<LexedBlock[]> {
  const steps = lexInSteps(text, { ...fullBudget, tokens })
  for (;;) {
    const { done, value } = steps.next()
    await setImmediate()
    if (done) return value
  }
}

/**
 * Returns a token without its copies of the source, which are needed only to compare the tokens of a growing answer.
 */
function withoutSource({ raw: _, ...block }: BlockToken & { raw?: string }): BlockToken {
  switch (block.type) {
    case 'blockquote':
      return { ...block, tokens: block.tokens.map(withoutSource) }
    case 'list': {
      const items = block.items.map(({ text: _, tokens, ...item }) => ({ ...item, tokens: tokens.map(withoutSource) }))
      return { ...block, items }
    }
    case 'table': {
      const short = (cells: (typeof block)['header']) => cells.map((cell) => ({ ...cell, text: '' }))
      return { ...block, header: short(block.header), rows: block.rows.map(short) }
    }
    default:
      return block
  }
}
