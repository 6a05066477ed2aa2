/** This file is longer than others because it is one state machine whose steps share the same state. */

import { endTokenMatcher, maxHeldLength } from './model-chunk'
import {
  answerTags,
  channelAfter,
  channelEnd,
  closesReasoning,
  codeTracker,
  matchAny,
  matchLiteral,
  maxTagLength,
  type ReasoningTag,
  reasoningTags,
  tagStart,
  tagStarts,
} from './reasoning-tags'

export type ReasoningPiece =
  | { type: 'text' | 'reasoning'; text: string }
  /** A block of reasoning has ended. */
  | { type: 'reasoning-end' }
  /** All pieces so far are void because their kind was wrong. They are emitted again with the right kind. */
  | { type: 'restart'; found: 'reasoning' | 'text' }

type ReasoningSplitter = {
  push: (text: string) => ReasoningPiece[]
  /** Handles another part that interrupts the text: buffered text is emitted and an open block of reasoning ends. */
  interrupt: (by: 'text-end' | 'reasoning' | 'other') => ReasoningPiece[]
  /** Whether reasoning is open that began without a tag, so that it may still be text. */
  isAssuming: () => boolean
  /** Ends the text. `isWhole`: the model stopped by itself, so reasoning without an end was text. */
  end: (isWhole: boolean) => ReasoningPiece[]
}

type State =
  /** Only white space has arrived, and reasoning may begin. */
  | 'start'
  | 'reasoning'
  /** A block of reasoning has ended; another one or the text may begin. */
  | 'after'
  | 'text'
  /** Between two channels of the harmony format. */
  | 'channel'

/**
 * Returns a splitter that separates the text of one answer into reasoning and text while it streams. Reasoning counts
 * only at the beginning of the text; a tag in the middle of prose or in code is text. The exception is a closing tag
 * without an opening one, which is sent by servers whose prompt template ends with the opening tag: everything before
 * it was reasoning.
 *
 * `isImplicit`: the model is expected to begin inside its reasoning, without an opening tag.
 */
export function splitReasoning(options: { isImplicit: boolean }): ReasoningSplitter {
  return new Splitter(options.isImplicit)
}

/** A state machine. Each step consumes the part of `held` that its state can decide. */
class Splitter implements ReasoningSplitter {
  private state: State = 'start'
  /** The text that has not been decided yet. */
  private held = ''
  /** The decided pieces that have not been returned yet. */
  private pieces: ReasoningPiece[] = []
  /** Whether reasoning may begin without an opening tag. */
  private isImplicit: boolean
  /** The tags that can close the open block of reasoning. */
  private closingTags: readonly ReasoningTag[] = reasoningTags
  /** Whether a harmony channel is open, whose text ends with a token. */
  private isChannel = false
  /** Reasoning that began without a tag and may have to become text. Null once it has ended. */
  private assumed: string | null = null
  /** Text that may have to become reasoning. Null once that is impossible. */
  private watched: string | null = ''
  private readonly code = codeTracker()
  /** The last characters before `held`, which decide whether a closing tag is only mentioned. */
  private recent = ''
  /** White space at the end of the reasoning so far. */
  private space = ''
  /** Whether the open block of reasoning contains more than white space. */
  private hasReasoning = false
  private readonly endings = endTokenMatcher()

  constructor(isImplicit: boolean) {
    this.isImplicit = isImplicit
  }

  push(text: string): ReasoningPiece[] {
    this.held += text
    return this.decide(false)
  }

  interrupt(by: 'text-end' | 'reasoning' | 'other'): ReasoningPiece[] {
    const decided = this.end(false)
    if (by === 'reasoning') this.isImplicit = false
    if (by === 'other' && this.state === 'start') this.state = 'text'
    if (by !== 'text-end' || this.state !== 'start') this.watched = null
    return decided
  }

  isAssuming(): boolean {
    return this.assumed !== null
  }

  end(isWhole: boolean): ReasoningPiece[] {
    const decided = this.decide(true)
    this.held = ''
    if (this.state !== 'reasoning') return decided
    if (isWhole && this.assumed !== null && this.assumed.trim() !== '') {
      const text = this.assumed
      this.assumed = null
      this.state = 'text'
      return [
        { type: 'restart', found: 'text' },
        { type: 'text', text },
      ]
    }
    this.closeReasoning('text')
    return [...decided, ...this.flush()]
  }

  /** Returns the pieces that can be decided. `isLast`: no more text follows, so a partial tag is text. */
  private decide(isLast: boolean): ReasoningPiece[] {
    let hasMore = this.held !== ''
    while (hasMore) hasMore = this.step(isLast) && this.held !== ''
    return this.flush()
  }

  private flush(): ReasoningPiece[] {
    const decided = this.pieces
    this.pieces = []
    return decided
  }

  /** Returns whether another step may decide more. */
  private step(isLast: boolean): boolean {
    switch (this.state) {
      case 'start':
      case 'after':
        return this.stepAtStart(isLast)
      case 'reasoning':
        return this.stepInReasoning(isLast)
      case 'text':
        return this.stepInText(isLast)
      case 'channel':
        return this.stepInChannel(isLast)
    }
  }

  private stepAtStart(isLast: boolean): boolean {
    const at = this.held.length - this.held.trimStart().length
    if (at === this.held.length) {
      if (this.state === 'after') this.held = ''
      else if (this.held.length > maxHeldLength) this.state = 'text'
      return this.state === 'text'
    }
    const channel = channelAfter(this.held, at)
    const opening = matchAny(reasoningTags, (tag) => tag.opens(this.held, at))
    const closing = matchAny(reasoningTags, (tag) => tag.closes(this.held, at))
    const answer = matchAny(answerTags, ([begin]) => matchLiteral(this.held, at, begin))
    if (channel && channel !== 'partial') {
      this.consume(at + channel.length)
      this.openChannel(channel.isReasoning)
    } else if (opening && opening !== 'partial') {
      this.consume(at + opening.length)
      this.openReasoning([opening.tag])
    } else if (closing && closing !== 'partial') {
      // The closing tag is a leftover, because the reasoning was sent in a separate field or there was none.
      this.consume(at + closing.length)
      this.state = 'after'
      this.watched = null
    } else if (answer && answer !== 'partial' && (this.state === 'after' || answer.tag[0].startsWith('<|'))) {
      this.consume(at + answer.length)
      this.endings.expect(answer.tag[1])
      this.state = 'after'
    } else if (!isLast && [channel, opening, closing, answer].includes('partial')) return false
    else if (this.isImplicit && this.state === 'start') {
      this.openReasoning(reasoningTags)
      this.assumed = ''
    } else {
      if (this.state === 'after') this.consume(at)
      this.state = 'text'
    }
    return true
  }

  private openChannel(isReasoning: boolean): void {
    this.isChannel = true
    if (isReasoning) this.openReasoning([])
    else this.state = 'text'
    this.watched = null
  }

  private stepInReasoning(isLast: boolean): boolean {
    for (const { index: at } of this.held.matchAll(tagStarts)) {
      const closing = this.isChannel
        ? channelEnd(this.held, at)
        : matchAny(this.closingTags, (tag) => tag.closes(this.held, at))
      if (closing === null) continue
      const isQuoted = (this.held[at - 1] ?? this.recent.at(-1)) === '`'
      const end = closing === 'partial' ? this.held.length : at + closing.length
      if (!isLast && (closing === 'partial' || (isQuoted && end === this.held.length)))
        return this.emitHeldReasoning(at)
      if (closing === 'partial' || (isQuoted && this.held[end] === '`')) continue
      this.emitReasoning(this.held.slice(0, at))
      this.consume(end)
      this.closeReasoning(this.isChannel ? 'channel' : 'after')
      return true
    }
    return this.emitHeldReasoning(this.held.length)
  }

  private stepInText(isLast: boolean): boolean {
    for (let at = this.held.search(tagStart); at !== -1; at = this.held.search(tagStart)) {
      this.emitText(this.held.slice(0, at))
      this.consume(at)
      const end = this.isChannel ? channelEnd(this.held, 0) : null
      if (end && end !== 'partial') {
        this.consume(end.length)
        this.state = 'channel'
        return true
      }
      const closing = this.matchUnopenedTag(isLast)
      if (closing && closing !== 'undecided') {
        this.restartAsReasoning(closing.length)
        return true
      }
      const leftover = this.endings.match(this.held)
      if (!isLast && (end === 'partial' || closing === 'undecided' || leftover !== null)) return false
      if (leftover === 'tokens') this.held = ''
      this.emitText(this.held.slice(0, 1))
      this.consume(1)
    }
    this.emitText(this.held)
    this.held = ''
    return false
  }

  /** Emits the beginning of `held` and keeps the rest buffered. */
  private emitHeldReasoning(length: number): false {
    this.emitReasoning(this.held.slice(0, length))
    this.consume(length)
    return false
  }

  /** Matches a closing tag at the beginning of `held`, if the text before it may have been reasoning. */
  private matchUnopenedTag(isLast: boolean): { length: number } | 'undecided' | null {
    if (this.watched === null || this.code.isInCode()) return null
    const opening = matchAny(reasoningTags, (tag) => tag.opens(this.held, 0))
    if (opening && opening !== 'partial') {
      // An answer that contains an opening tag is about such tags, so a closing tag in it must not end reasoning.
      this.watched = null
      return null
    }
    const closing = matchAny(reasoningTags, (tag) => tag.closes(this.held, 0))
    if (closing && closing !== 'partial') {
      const closes = closesReasoning(this.recent, this.held.slice(closing.length, closing.length + maxHeldLength))
      // The limit is needed because a model can write any amount of white space after the tag.
      if (closes === 'unknown') return isLast || this.held.length > closing.length + maxHeldLength ? null : 'undecided'
      return closes ? closing : null
    }
    return !isLast && (opening || closing) ? 'undecided' : null
  }

  /** Withdraws all text so far and emits it again as reasoning. `length`: the length of the closing tag. */
  private restartAsReasoning(length: number): void {
    const text = this.watched ?? ''
    this.consume(length)
    this.pieces = [{ type: 'restart', found: 'reasoning' }]
    this.openReasoning(reasoningTags)
    this.emitReasoning(text)
    this.closeReasoning('after')
  }

  private stepInChannel(isLast: boolean): boolean {
    const channel = channelAfter(this.held, 0)
    if (channel === 'partial' && !isLast) return false
    if (channel && channel !== 'partial') {
      this.consume(channel.length)
      this.openChannel(channel.isReasoning)
      return true
    }
    if (channel === 'partial') this.held = ''
    this.isChannel = false
    this.state = 'text'
    return this.held !== ''
  }

  private emit(type: 'text' | 'reasoning', text: string): void {
    const last = this.pieces.at(-1)
    if (last?.type === type) last.text += text
    else this.pieces.push({ type, text })
  }

  /** Drops the white space around a block of reasoning. White space at the end is buffered until more text arrives. */
  private emitReasoning(text: string): void {
    if (this.assumed !== null) this.assumed += text
    this.recent = (this.recent + text).slice(-maxTagLength)
    const whole = this.space + text
    const body = this.hasReasoning ? whole : whole.trimStart()
    const solid = body.length > maxHeldLength && body.trimEnd() === '' ? body : body.trimEnd()
    this.space = body.slice(solid.length)
    if (solid === '') return
    this.hasReasoning = true
    this.emit('reasoning', solid)
  }

  /** Removes the decided beginning of `held`. */
  private consume(length: number): void {
    this.held = this.held.slice(length)
  }

  private emitText(text: string): void {
    if (text === '') return
    if (this.watched !== null) {
      this.watched += text
      this.code.read(text)
      this.recent = (this.recent + text).slice(-maxTagLength)
    }
    this.emit('text', text)
  }

  private openReasoning(closedBy: readonly ReasoningTag[]): void {
    this.state = 'reasoning'
    this.closingTags = closedBy
    this.watched = null
    this.recent = ''
    this.space = ''
    this.hasReasoning = false
  }

  private closeReasoning(next: State): void {
    this.assumed = null
    if (this.hasReasoning) this.pieces.push({ type: 'reasoning-end' })
    this.hasReasoning = false
    this.space = ''
    this.state = next
  }
}
