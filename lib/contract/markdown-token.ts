/** The tree that Markdown is parsed into. It is plain data, so a share stores it as JSON. */
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
  /** The source, by which a growing list recognizes the items that did not change. Stored trees leave it out. */
  text?: string
}
export type TableCell = { text: string; align: 'left' | 'center' | 'right' | null; tokens: InlineToken[] }

export type BlockToken =
  | { type: 'heading'; depth: number; tokens: InlineToken[] }
  | { type: 'paragraph'; tokens: InlineToken[] }
  /** The text of an item of a tight list: a paragraph without the paragraph's element. */
  | { type: 'text'; tokens: InlineToken[] }
  | { type: 'code'; text: string; lang: string }
  | { type: 'list'; ordered: boolean; start: number; loose: boolean; items: ListItem[] }
  | { type: 'table'; header: TableCell[]; rows: TableCell[][] }
  | { type: 'blockquote'; tokens: BlockToken[] }
  | { type: 'hr' }
  /** Raw HTML, which is shown as the text it is. */
  | { type: 'html'; text: string }
  /** Text that is over a bound and therefore not parsed. */
  | { type: 'plain'; text: string }
  | { type: 'space' | 'def' }
  | MathsToken

/** A block of the top level, with its source. */
export type TopBlock = BlockToken & { raw: string }

/**
 * The messages of a share, parsed once, so that showing them costs no parsing. `version` is the parser's, `createdAt` that
 * of the snapshot: a rendering of another version or snapshot is not used.
 */
export type RenderedShare = { version: number; createdAt: string; isShortened: boolean; messages: RenderedMessage[] }
export type RenderedMessage = { role: 'user'; text: string } | { role: 'assistant'; blocks: BlockToken[] }
