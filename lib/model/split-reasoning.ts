/**
 * This file is longer than others because it is one state machine whose steps share the same variables.
 *
 * Splits the text of one answer into reasoning and text while it streams. Reasoning counts only at the beginning of the
 * text; a tag in the middle of prose or in code is text. The exception is a closing tag without an opening one, which
 * is sent by servers whose prompt template ends with the opening tag: everything before it was reasoning.
 */

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
  /** All pieces so far are void because their kind was wrong; they follow again with the right kind. */
  | { type: 'restart'; found: 'reasoning' | 'text' }

export type ReasoningSplitter = {
  push: (text: string) => ReasoningPiece[]
  /** Another part interrupts the text. Buffered text is emitted and an open block of reasoning ends. */
  interrupt: (by: 'text-end' | 'reasoning' | 'other') => ReasoningPiece[]
  /** Whether reasoning is open that began without a tag, so that it may still be text. */
  isAssuming: () => boolean
  /** Ends the text. `isWhole`: the model stopped by itself, so reasoning without an end was text. */
  end: (isWhole: boolean) => ReasoningPiece[]
}

type State =
  /** Only white space has come, and reasoning may begin. */
  | 'start'
  | 'reasoning'
  /** A block of reasoning has ended; another one or the text may begin. */
  | 'after'
  | 'text'
  /** Between two channels of the harmony format. */
  | 'channel'

/** `isImplicit`: the model is expected to begin inside its reasoning, without an opening tag. */
export function splitReasoning(options: { isImplicit: boolean }): ReasoningSplitter {
  let { isImplicit } = options
  let state: State = 'start'
  let held = ''
  let pieces: ReasoningPiece[] = []
  let tags: readonly ReasoningTag[] = reasoningTags
  /** Whether a harmony channel is open, whose text ends with a token. */
  let isChannel = false
  /** Reasoning that began without a tag and may have to become text. Null once it has ended. */
  let assumed: string | null = null
  /** Text that may have to become reasoning. Null once that is impossible. */
  let watched: string | null = ''
  const code = codeTracker()
  let recent = ''
  let space = ''
  let hasReasoning = false
  const endings = endTokenMatcher()

  const emit = (type: 'text' | 'reasoning', text: string) => {
    const last = pieces.at(-1)
    if (last?.type === type) last.text += text
    else pieces.push({ type, text })
  }

  /** White space around a block of reasoning is dropped, so trailing white space is buffered until more text comes. */
  const emitReasoning = (text: string) => {
    if (assumed !== null) assumed += text
    recent = (recent + text).slice(-maxTagLength)
    const whole = space + text
    const body = hasReasoning ? whole : whole.trimStart()
    const solid = body.length > maxHeldLength && body.trimEnd() === '' ? body : body.trimEnd()
    space = body.slice(solid.length)
    if (solid === '') return
    hasReasoning = true
    emit('reasoning', solid)
  }

  const emitText = (text: string) => {
    if (text === '') return
    if (watched !== null) {
      watched += text
      code.see(text)
      recent = (recent + text).slice(-maxTagLength)
    }
    emit('text', text)
  }

  const openReasoning = (closedBy: readonly ReasoningTag[]) => {
    state = 'reasoning'
    tags = closedBy
    watched = null
    recent = ''
    space = ''
    hasReasoning = false
  }

  const closeReasoning = (next: State) => {
    assumed = null
    if (hasReasoning) pieces.push({ type: 'reasoning-end' })
    hasReasoning = false
    space = ''
    state = next
  }

  /** Each step consumes the part of `held` that it can decide. Returns whether another step may decide more. */
  const stepAtStart = (isLast: boolean): boolean => {
    const at = held.length - held.trimStart().length
    if (at === held.length) {
      if (state === 'after') held = ''
      else if (held.length > maxHeldLength) state = 'text'
      return state === 'text'
    }
    const channel = channelAfter(held, at)
    const opening = matchAny(reasoningTags, (tag) => tag.opens(held, at))
    const closing = matchAny(reasoningTags, (tag) => tag.closes(held, at))
    const answer = matchAny(answerTags, ([begin]) => matchLiteral(held, at, begin))
    if (channel && channel !== 'partial') {
      held = held.slice(at + channel.length)
      openChannel(channel.isReasoning)
    } else if (opening && opening !== 'partial') {
      held = held.slice(at + opening.length)
      openReasoning([opening.tag])
    } else if (closing && closing !== 'partial') {
      // A leftover closing tag of reasoning that came in a field of its own, or of no reasoning at all.
      held = held.slice(at + closing.length)
      state = 'after'
      watched = null
    } else if (answer && answer !== 'partial' && (state === 'after' || answer.tag[0].startsWith('<|'))) {
      held = held.slice(at + answer.length)
      endings.expect(answer.tag[1])
      state = 'after'
    } else if (!isLast && [channel, opening, closing, answer].includes('partial')) return false
    else if (isImplicit && state === 'start') {
      openReasoning(reasoningTags)
      assumed = ''
    } else {
      if (state === 'after') held = held.slice(at)
      state = 'text'
    }
    return true
  }

  const openChannel = (isReasoning: boolean) => {
    isChannel = true
    if (isReasoning) openReasoning([])
    else state = 'text'
    watched = null
  }

  const stepInReasoning = (isLast: boolean): boolean => {
    for (const { index: at } of held.matchAll(tagStarts)) {
      const closing = isChannel ? channelEnd(held, at) : matchAny(tags, (tag) => tag.closes(held, at))
      if (closing === null) continue
      const isQuoted = (held[at - 1] ?? recent.at(-1)) === '`'
      const end = closing === 'partial' ? held.length : at + closing.length
      if (!isLast && (closing === 'partial' || (isQuoted && end === held.length))) return takeReasoning(at)
      if (closing === 'partial' || (isQuoted && held[end] === '`')) continue
      emitReasoning(held.slice(0, at))
      held = held.slice(end)
      closeReasoning(isChannel ? 'channel' : 'after')
      return true
    }
    return takeReasoning(held.length)
  }

  const stepInText = (isLast: boolean): boolean => {
    for (let at = held.search(tagStart); at !== -1; at = held.search(tagStart)) {
      emitText(held.slice(0, at))
      held = held.slice(at)
      const end = isChannel ? channelEnd(held, 0) : null
      if (end && end !== 'partial') {
        held = held.slice(end.length)
        state = 'channel'
        return true
      }
      const closing = watchTag(isLast)
      if (closing && closing !== 'hold') {
        restartAsReasoning(closing.length)
        return true
      }
      const leftover = endings.match(held)
      if (!isLast && (end === 'partial' || closing === 'hold' || leftover !== null)) return false
      if (leftover === 'tokens') held = ''
      emitText(held.slice(0, 1))
      held = held.slice(1)
    }
    emitText(held)
    held = ''
    return false
  }

  /** Emits the beginning of `held` and keeps the rest buffered. */
  const takeReasoning = (length: number): false => {
    emitReasoning(held.slice(0, length))
    held = held.slice(length)
    return false
  }

  /** Matches the closing tag of reasoning at the beginning of `held`, if the text before it may have been reasoning. */
  const watchTag = (isLast: boolean): { length: number } | 'hold' | null => {
    if (watched === null || code.isInCode()) return null
    const opening = matchAny(reasoningTags, (tag) => tag.opens(held, 0))
    if (opening && opening !== 'partial') {
      // The answer is about such tags.
      watched = null
      return null
    }
    const closing = matchAny(reasoningTags, (tag) => tag.closes(held, 0))
    if (closing && closing !== 'partial') {
      const closes = closesReasoning(recent, held.slice(closing.length, closing.length + maxHeldLength))
      // Text is held back up to a limit, so that neither the reader nor the work for it waits for a model's white space.
      if (closes === 'unknown') return isLast || held.length > closing.length + maxHeldLength ? null : 'hold'
      return closes ? closing : null
    }
    return !isLast && (opening || closing) ? 'hold' : null
  }

  const restartAsReasoning = (length: number) => {
    const text = watched ?? ''
    held = held.slice(length)
    pieces = [{ type: 'restart', found: 'reasoning' }]
    openReasoning(reasoningTags)
    emitReasoning(text)
    closeReasoning('after')
  }

  const stepInChannel = (isLast: boolean): boolean => {
    const channel = channelAfter(held, 0)
    if (channel === 'partial' && !isLast) return false
    if (channel && channel !== 'partial') {
      held = held.slice(channel.length)
      openChannel(channel.isReasoning)
      return true
    }
    if (channel === 'partial') held = ''
    isChannel = false
    state = 'text'
    return held !== ''
  }

  const decide = (isLast: boolean): ReasoningPiece[] => {
    let hasMore = held !== ''
    while (hasMore) {
      switch (state) {
        case 'start':
        case 'after':
          hasMore = stepAtStart(isLast)
          break
        case 'reasoning':
          hasMore = stepInReasoning(isLast)
          break
        case 'text':
          hasMore = stepInText(isLast)
          break
        case 'channel':
          hasMore = stepInChannel(isLast)
      }
      hasMore &&= held !== ''
    }
    const decided = pieces
    pieces = []
    return decided
  }

  const finish = (isWhole: boolean): ReasoningPiece[] => {
    const decided = decide(true)
    held = ''
    if (state !== 'reasoning') return decided
    if (isWhole && assumed !== null && assumed.trim() !== '') {
      const text = assumed
      assumed = null
      state = 'text'
      return [
        { type: 'restart', found: 'text' },
        { type: 'text', text },
      ]
    }
    closeReasoning('text')
    const ended = pieces
    pieces = []
    return [...decided, ...ended]
  }

  return {
    push: (text) => {
      held += text
      return decide(false)
    },
    interrupt: (by) => {
      const decided = finish(false)
      if (by === 'reasoning') isImplicit = false
      if (by === 'other' && state === 'start') state = 'text'
      if (by !== 'text-end' || state !== 'start') watched = null
      return decided
    },
    isAssuming: () => assumed !== null,
    end: finish,
  }
}
