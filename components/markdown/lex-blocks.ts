import type { Token, Tokens } from 'marked'
import { holdBack } from '@/components/markdown/hold-back'
import { lexMarkdown } from '@/components/markdown/lex-markdown'

export type Block = { key: string; token: Token }

/**
 * Cuts a growing text into blocks without reading all of it again for every token that arrives: text is only ever added
 * at the end, and what is added can change the last blocks alone (a list goes on, a line becomes a heading),
 * so everything before them stays, the same objects, and is not rendered again.
 * A link definition at the end does not reach the blocks before it until the text is read whole, with `complete`.
 */
export function createBlockLexer() {
  let seen = ''
  let blocks: readonly Block[] = []
  let wasComplete: boolean | null = null

  return (raw: string, complete: boolean): readonly Block[] => {
    const text = raw.replace(/\r\n?/g, '\n')
    if (text === seen && complete === wasComplete) return blocks
    const kept = complete || !text.startsWith(seen) ? [] : settled(blocks)
    const start = kept.reduce((length, block) => length + block.token.raw.length, 0)
    const before = blocks
    const tail = text.slice(start)
    const fresh = lexMarkdown(complete ? tail : holdBack(tail)).map((token, index): Block => {
      const at = kept.length + index
      return { key: String(at), token: reuse(before[at]?.token, token, complete) }
    })
    blocks = [...kept, ...fresh.map((block, index) => sameBlock(before[kept.length + index], block))]
    seen = text
    wasComplete = complete
    return blocks
  }
}

/**
 * All blocks before the last two that are not only blank lines. Two, because `2` after a list is a paragraph until the
 * dot arrives and makes it an item of that list.
 */
function settled(blocks: readonly Block[]): readonly Block[] {
  const [, second = 0] = blocks.flatMap((block, at) => (block.token.type === 'space' ? [] : [at])).toReversed()
  return blocks.slice(0, second)
}

const sameBlock = (before: Block | undefined, now: Block) => (before?.token === now.token ? before : now)

/**
 * The same raw text at the same place is the same block, and the same item of a list that grew: its rendered form is kept.
 * Once the text is read whole, a bracket may have found its definition.
 */
function reuse(before: Token | undefined, now: Token, complete: boolean): Token {
  if (before === undefined || before.type !== now.type) return now
  if (before.raw === now.raw && !(complete && now.raw.includes('['))) return before
  if (now.type !== 'list') return now
  const [then, list] = [before as Tokens.List, now as Tokens.List]
  const items = list.items.map((item, at) => reuse(then.items[at], item, complete) as Tokens.ListItem)
  // An item knows whether its list is a loose one only through its own tokens.
  return then.loose === list.loose ? { ...list, items } : list
}
