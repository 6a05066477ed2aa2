/**
 * A position in a line of Markdown. A tab advances to the next multiple of four columns, and a block may consume
 * only a part of it, so the column must be counted in addition to the offset.
 */
export class LineCursor {
  readonly text: string
  /** The position in the source where the line begins. */
  readonly start: number
  offset = 0
  #column = 0
  /** The columns that remain of a partly consumed tab. */
  #tabRest = 0
  #nextOffset = -1
  #nextColumn = 0

  constructor(text: string, start: number) {
    this.text = text
    this.start = start
  }

  /** The offset of the next character that is not a space. Each space is visited once. */
  get next(): number {
    if (this.#nextOffset >= this.offset) return this.#nextOffset
    let [offset, column] = [this.offset, this.#column]
    if (this.#tabRest > 0) {
      offset += 1
      column += this.#tabRest
    }
    for (; offset < this.text.length; offset++) {
      const char = this.text.charCodeAt(offset)
      if (char === 32) column += 1
      else if (char === 9) column += 4 - (column % 4)
      else break
    }
    this.#nextOffset = offset
    this.#nextColumn = column
    return offset
  }

  get indent(): number {
    return this.next < 0 ? 0 : this.#nextColumn - this.#column
  }

  get isBlank(): boolean {
    return this.next === this.text.length
  }

  /** The first character that is not a space, or an empty string. */
  get char(): string {
    return this.text[this.next] ?? ''
  }

  /** The line from the first character that is not a space. */
  get rest(): string {
    return this.text.slice(this.next)
  }

  /** The rest of the line, with the rest of a partly consumed tab as spaces. */
  get content(): string {
    return this.#tabRest > 0
      ? ' '.repeat(this.#tabRest) + this.text.slice(this.offset + 1)
      : this.text.slice(this.offset)
  }

  get column(): number {
    return this.#column
  }

  get isAtSpace(): boolean {
    return this.#tabRest > 0 || this.text[this.offset] === ' ' || this.text[this.offset] === '\t'
  }

  skipSpaces() {
    const offset = this.next
    this.#column = this.#nextColumn
    this.#tabRest = 0
    this.offset = offset
  }

  /** Advances by this many characters, none of which may be a tab. */
  skipCharacters(count: number) {
    this.offset += count
    this.#column += count
  }

  /** Advances by up to this many columns of spaces. */
  skipColumns(count: number) {
    for (let left = count; left > 0 && this.isAtSpace; ) {
      const width = this.#tabRest > 0 ? this.#tabRest : this.text[this.offset] === '\t' ? 4 - (this.#column % 4) : 1
      const taken = Math.min(left, width)
      this.#column += taken
      left -= taken
      this.#tabRest = width - taken
      if (this.#tabRest === 0) this.offset += 1
    }
  }
}
