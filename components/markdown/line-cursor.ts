/**
 * A position in a line of Markdown. Tabs count as spaces up to the next multiple of four columns, and a block may take
 * only a part of one, so the column is counted beside the offset.
 */
export class LineCursor {
  readonly text: string
  /** Where the line begins in the source. */
  readonly start: number
  offset = 0
  #column = 0
  /** The columns that are left of a tab that a block took a part of. */
  #tabRest = 0
  #nextOffset = -1
  #nextColumn = 0

  constructor(text: string, start: number) {
    this.text = text
    this.start = start
  }

  /** The offset of the next character that is no space. Each space is looked at once. */
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

  /** The first character that is no space, or an empty string. */
  get char(): string {
    return this.text[this.next] ?? ''
  }

  /** The line from the first character on that is no space. */
  get rest(): string {
    return this.text.slice(this.next)
  }

  /** What is left of the line, with the rest of a tab as spaces. */
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

  /** Moves on by so many characters, none of which is a tab. */
  skipCharacters(count: number) {
    this.offset += count
    this.#column += count
  }

  /** Moves on by so many columns of spaces, or fewer if there are no more. */
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
