import { setImmediate } from 'node:timers/promises'
import { MarkdownBlocks, MarkdownFrame } from '@/components/markdown/markdown'
import type { BlockToken } from '@/lib/contract/markdown-token'

/** The number of characters of JSON that are rendered at a time, which takes some milliseconds. */
const maxPieceCharacters = 20_000

/** Resolves after all earlier callers, with a pause in which the process serves other requests. */
type WaitForTurn = () => Promise<void>

export function createTurns(): WaitForTurn {
  let last = Promise.resolve()
  return () => {
    last = last.then(() => setImmediate())
    return last
  }
}

/** Renders an answer of a share piece by piece, so that no share blocks the process. */
export function SharedAnswer({ blocks, waitForTurn }: { blocks: readonly BlockToken[]; waitForTurn: WaitForTurn }) {
  return (
    <MarkdownFrame>
      {splitIntoPieces(blocks).map((tokens, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of a share never change
        <Piece key={at} tokens={tokens} waitForTurn={waitForTurn} />
      ))}
    </MarkdownFrame>
  )
}

async function Piece({ tokens, waitForTurn }: { tokens: readonly BlockToken[]; waitForTurn: WaitForTurn }) {
  await waitForTurn()
  return <MarkdownBlocks tokens={tokens} />
}

function splitIntoPieces(blocks: readonly BlockToken[]): BlockToken[][] {
  const pieces: BlockToken[][] = []
  let remainingCharacters = 0
  for (const block of blocks) {
    const size = JSON.stringify(block).length
    if (size > remainingCharacters) {
      pieces.push([])
      remainingCharacters = maxPieceCharacters
    }
    pieces.at(-1)?.push(block)
    remainingCharacters -= size
  }
  return pieces
}
