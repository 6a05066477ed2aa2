import { lexer, type Token } from 'marked'

export type Block = { key: string; token: Token }

/**
 * Cuts a growing text into blocks without reading all of it again for every token that arrives: text is only ever added
 * at the end, and what is added can change the last blocks alone (a list goes on, a line becomes a heading),
 * so everything before them stays, the same objects, and is not rendered again.
 * A link definition at the end does not reach the blocks before it until the text is read whole, with `complete`.
 */
export function createBlockLexer() {
  let seen = ''
  let blocks: Block[] = []
  let isWhole = true

  return (raw: string, complete: boolean): readonly Block[] => {
    const text = raw.replace(/\r\n?/g, '\n')
    if (text === seen && (isWhole || !complete)) return blocks
    const kept = complete || !text.startsWith(seen) ? [] : settled(blocks)
    const start = kept.reduce((length, block) => length + block.token.raw.length, 0)
    const before = blocks
    const fresh = lexer(text.slice(start)).map((token, index): Block => {
      const at = kept.length + index
      const same = before[at]
      // The same raw text at the same place is the same block: its rendered form is kept.
      return !complete && same?.token.raw === token.raw ? same : { key: String(at), token }
    })
    blocks = [...kept, ...fresh]
    seen = text
    isWhole = kept.length === 0
    return blocks
  }
}

/**
 * All blocks before the last two that are not only blank lines. Two, because `2` after a list is a paragraph until the
 * dot arrives and makes it an item of that list.
 */
function settled(blocks: Block[]): Block[] {
  const [, second = 0] = blocks.flatMap((block, at) => (block.token.type === 'space' ? [] : [at])).toReversed()
  return blocks.slice(0, second)
}
