/** Follows streaming Markdown and determines whether the next character would be inside code. */
export type CodeTracker = {
  see: (text: string) => void
  /** Whether the text ends inside a code fence or inline code. */
  isInCode: () => boolean
}

type Place = {
  /** The marks that opened the fence; null outside of a fence. */
  fence: string | null
  /** The beginning of the line, as long as it may be the mark of a fence. */
  lineStart: string
  /** The number of backtick groups on the line. After an odd number the text is inline code. */
  backticks: number
  endsInBacktick: boolean
}

const maxMarkLength = 16

export function codeTracker(): CodeTracker {
  let place: Place = { fence: null, lineStart: '', backticks: 0, endsInBacktick: false }
  return {
    see: (text) => {
      place = placeAfter(place, text)
    },
    isInCode: () => place.fence !== null || place.backticks % 2 === 1,
  }
}

function placeAfter(from: Place, text: string): Place {
  let place = from
  for (let at = 0; at < text.length; ) {
    const lineEnd = text.indexOf('\n', at)
    const end = lineEnd === -1 ? text.length : lineEnd
    place = afterPiece(place, text.slice(at, end))
    if (lineEnd !== -1)
      place = { fence: fenceAfter(place.fence, place.lineStart), lineStart: '', backticks: 0, endsInBacktick: false }
    at = end + 1
  }
  return place
}

function afterPiece(place: Place, piece: string): Place {
  if (piece === '') return place
  const groups = piece.match(/`+/g)?.length ?? 0
  const continues = place.endsInBacktick && piece.startsWith('`') ? 1 : 0
  return {
    fence: place.fence,
    lineStart: (place.lineStart + piece.slice(0, maxMarkLength)).slice(0, maxMarkLength),
    backticks: place.backticks + groups - continues,
    endsInBacktick: piece.endsWith('`'),
  }
}

function fenceAfter(fence: string | null, lineStart: string): string | null {
  const mark = /^ {0,3}(`{3,}|~{3,})/.exec(lineStart)?.[1]
  if (mark === undefined) return fence
  if (fence === null) return mark
  return mark.startsWith(fence) ? null : fence
}
