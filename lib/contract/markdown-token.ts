/** The tree into which Markdown is parsed. It is plain data, so that a share can store it as JSON. */
export type InlineToken =
  | { type: 'text'; text: string }
  | { type: 'codespan'; text: string }
  | { type: 'br' }
  | { type: 'em' | 'strong' | 'del'; tokens: InlineToken[] }
  | { type: 'link'; href: string; tokens: InlineToken[] }
  | { type: 'image'; href: string; text: string }
  | MathsToken

export type MathsToken = { type: 'maths'; tex: string; display: boolean }

export type ListItem = {
  task: boolean
  checked: boolean
  tokens: BlockToken[]
  /** The source, used to find unchanged items of a growing list. Stored trees leave it out. */
  text?: string
}
export type TableCell = { text: string; align: 'left' | 'center' | 'right' | null; tokens: InlineToken[] }

export type BlockToken =
  | { type: 'heading'; depth: number; tokens: InlineToken[] }
  | { type: 'paragraph'; tokens: InlineToken[] }
  /** The text of an item in a tight list, which is rendered without a paragraph element. */
  | { type: 'text'; tokens: InlineToken[] }
  | { type: 'code'; text: string; lang: string }
  | { type: 'list'; ordered: boolean; start: number; loose: boolean; items: ListItem[] }
  | { type: 'table'; header: TableCell[]; rows: TableCell[][] }
  | { type: 'blockquote'; tokens: BlockToken[] }
  | { type: 'hr' }
  /** Raw HTML, which is shown as text. */
  | { type: 'html'; text: string }
  /** Text beyond a bound, which is not parsed. */
  | { type: 'plain'; text: string }
  | { type: 'space' | 'def' }
  | MathsToken

/** A top-level block with its source. */
export type TopBlock = BlockToken & { raw: string }

/**
 * The messages of a share, parsed once so that showing them needs no parsing. `version` is the version of the parser
 * and `createdAt` the time of the snapshot. A rendering of another version or snapshot is not used.
 */
export type RenderedShare = { version: number; createdAt: string; isShortened: boolean; messages: RenderedMessage[] }
export type RenderedMessage = { role: 'user'; text: string } | { role: 'assistant'; blocks: BlockToken[] }
