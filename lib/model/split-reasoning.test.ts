import { describe, expect, test } from 'vitest'
import { maxTagLength } from './reasoning-tags'
import { type ReasoningPiece, splitReasoning } from './split-reasoning'

type Split = { text: string; reasoning: string[]; restarts: number }

/** Returns the answer that a client has after these deltas. A restart voids the pieces before it. */
function play(deltas: readonly string[], { isImplicit = false, isWhole = true } = {}): Split {
  const splitter = splitReasoning({ isImplicit })
  let split: Split = { text: '', reasoning: [], restarts: 0 }
  let isOpen = false
  const apply = (piece: ReasoningPiece) => {
    if (piece.type === 'restart') split = { text: '', reasoning: [], restarts: split.restarts + 1 }
    if (piece.type === 'text') split.text += piece.text
    if (piece.type === 'reasoning') {
      if (isOpen) split.reasoning.push(`${split.reasoning.pop()}${piece.text}`)
      else split.reasoning.push(piece.text)
    }
    isOpen = piece.type === 'reasoning'
  }
  for (const delta of deltas) for (const piece of splitter.push(delta)) apply(piece)
  for (const piece of splitter.end(isWhole)) apply(piece)
  return split
}

const halves = (text: string) => [...text].map((_, at) => [text.slice(0, at), text.slice(at)])

function expectSplit(text: string, options: { isImplicit?: boolean; isWhole?: boolean }, expected: object) {
  for (const deltas of [[text], text.split(''), ...halves(text)])
    expect({ deltas, ...play(deltas, options) }).toMatchObject({ deltas, ...expected })
}

/** Each text must give "Hello!" after the reasoning "I plan.". */
test.each([
  '<think>\nI plan.\n</think>\n\nHello!',
  '\n\n <think>I plan.</think>Hello!',
  '<thinking>I plan.</thinking>Hello!',
  '<thought>I plan.</thought>\nHello!',
  '<reasoning>I plan.</reasoning>\nHello!',
  '<reason>I plan.</reason>\nHello!',
  '<analysis>I plan.</analysis>\nHello!',
  '<seed:think>I plan.</seed:think>Hello!',
  '<THINK>I plan.</Think>Hello!',
  '<think >I plan.</think >Hello!',
  '< think>I plan.</ think>Hello!',
  '<think budget="100" lang=en>I plan.</think>Hello!',
  '◁think▷I plan.◁/think▷Hello!',
  '<|begin_of_thought|>\nI plan.\n<|end_of_thought|>\n\n<|begin_of_solution|>\nHello!<|end_of_solution|>',
  '[THINK]I plan.[/THINK]Hello!',
  '<|START_THINKING|>I plan.<|END_THINKING|><|START_RESPONSE|>Hello!<|END_RESPONSE|>',
  '<|channel>thought\nI plan.<channel|>Hello!',
  '<|inner_prefix|>I plan.<|inner_suffix|>Hello!',
  '<think>\nI plan.\n</think>\n<answer>\nHello!</answer>',
  '<|channel|>analysis<|message|>I plan.<|end|><|start|>assistant<|channel|>final<|message|>Hello!<|return|>',
  '<|start|>assistant<|channel|>analysis<|message|>I plan.<|end|>\n<|start|>assistant<|channel|>final<|message|>Hello!',
  '<|channel|>commentary to=functions.x <|constrain|>json<|message|>I plan.<|call|><|start|>assistant<|channel|>final<|message|>Hello!<|end|>',
  '<|channel|>analysis<|message|>I plan.<|channel|>final<|message|>Hello!<|end|>',
  '<think>I plan.</think>\n\nHello!<|im_end|>',
  '<think>I plan.</think>Hello!<|im_end|>\n<|endoftext|>',
  '<think></think><think>I plan.</think><think>\n\n</think>\nHello!',
])('reads the reasoning of %j at every split', (text) => {
  expectSplit(text, {}, { text: 'Hello!', reasoning: ['I plan.'], restarts: 0 })
})

test.each([
  ['I plan.\n</think>\n\nHello!', 'I plan.'],
  ['I plan.</think>Hello!', 'I plan.'],
  ['I plan. </think> Hello!', 'I plan.'],
  ['I plan\n\n</think>Hello!', 'I plan'],
  ['first I plan </think>\n\nHello!', 'first I plan'],
  [
    'Say "hello" and greet.\nWith `code` and <b>tags</b>.\n</THINK >\nHello!',
    'Say "hello" and greet.\nWith `code` and <b>tags</b>.',
  ],
  ['I read\n```\n1\n```\nand plan.\n◁/think▷Hello!', 'I read\n```\n1\n```\nand plan.'],
])('withdraws the shown text when %j turns out to begin inside the reasoning', (text, reasoning) => {
  expectSplit(text, {}, { text: 'Hello!', reasoning: [reasoning] })
  expect(play(text.split('')).restarts).toBe(1)
  expectSplit(text, { isImplicit: true }, { text: 'Hello!', reasoning: [reasoning], restarts: 0 })
})

test('withdraws the text only once', () => {
  const { text, reasoning, restarts } = play('a.</think>b</think>c'.split(''))
  expect({ text, reasoning, restarts }).toEqual({ text: 'b</think>c', reasoning: ['a.'], restarts: 1 })
})

test.each([
  'The <think> tag opens a block and </think> closes it.',
  'Models write `<think>` before and `</think>` after it.',
  'Write a line\n```xml\n<think>\nplan\n</think>\n```\nand go on.',
  'A line\n~~~\nplan\n</think>\n~~~\nand more.',
  'The tag </think> closes it.',
  'It is written "</think>" in the template.',
  'It is written (</think>) there.',
  '`</think>` closes it.',
  'Use x</think',
  '`<think>` opens it.',
  '```\n<think>\nplan\n</think>\n```',
  'Two < three, [a] and <b>bold</b> ◁ done.',
  '  Leading space stays.',
  '[1, 2, 3]',
  '[THIN] lizzie',
  '<thinker>Rodin</thinker>',
  '<thinkpad>',
  '<p>HTML</p>',
  '<s>old</s>',
  'See <|im_end|> and go on.',
  'A half token <|im_e',
  '<think',
  '<',
])('leaves %j as it is at every split', (text) => {
  expectSplit(text, {}, { text, reasoning: [], restarts: 0 })
})

test.each(['<think></think>Hello!', '<think>\n\n</think>\n\nHello!', '</think>\n\nHello!', '\n</think>Hello!'])(
  'emits no part for the empty reasoning in %j',
  (text) => expectSplit(text, {}, { text: 'Hello!', reasoning: [], restarts: 0 }),
)

test('emits several blocks of reasoning separately', () => {
  expectSplit('<think>a</think>\n<think>b</think>\nHello!', {}, { text: 'Hello!', reasoning: ['a', 'b'] })
})

test('does not end reasoning at a quoted tag', () => {
  expectSplit(
    '<think>Close with `</think>`.</think>Hello!',
    {},
    { text: 'Hello!', reasoning: ['Close with `</think>`.'] },
  )
})

test('keeps reasoning that is never closed', () => {
  expectSplit('<think>I plan', {}, { text: '', reasoning: ['I plan'] })
  expectSplit('<think>I plan</thi', {}, { text: '', reasoning: ['I plan</thi'] })
})

test('shows the text of a model that did not reason although it was expected to', () => {
  expectSplit(' Hello, <b>all</b>!', { isImplicit: true }, { text: ' Hello, <b>all</b>!', reasoning: [], restarts: 1 })
})

test('keeps unfinished reasoning of a model that reasons when its answer is cut', () => {
  expectSplit('I plan', { isImplicit: true, isWhole: false }, { text: '', reasoning: ['I plan'], restarts: 0 })
})

test('reads an opening tag even if none was expected', () => {
  expectSplit(
    '<think>I plan.</think>Hello!',
    { isImplicit: true },
    { text: 'Hello!', reasoning: ['I plan.'], restarts: 0 },
  )
})

describe('splitReasoning while text streams', () => {
  const long = `${'Some words and <b>tags</b> and < signs [1]. '.repeat(500)}`

  test.each([
    ['text', long],
    ['reasoning', `<think>${long}`],
    ['text of brackets', 'x<<<[[[◁◁◁'.repeat(500)],
    ['white space in a tag', `x<${' '.repeat(5000)}y`],
    ['one tag without an end', `x<think ${'a="b" '.repeat(1000)}`],
    ['control tokens', `x${'<|im_end|>'.repeat(500)}`],
  ])('buffers no more than the longest tag of %s', (_, text) => {
    const splitter = splitReasoning({ isImplicit: false })
    let pushed = 0
    let emitted = 0
    let maxHeld = 0
    for (const letter of text) {
      pushed += letter.length
      for (const piece of splitter.push(letter)) if ('text' in piece) emitted += piece.text.length
      maxHeld = Math.max(maxHeld, pushed - emitted)
    }
    expect(maxHeld).toBeLessThanOrEqual(2 * maxTagLength + '<think>'.length)
  })

  test.each(['x<', '<think', '</think>', '`', '<|im_end|>', '[', ' ', '\n'])('reads %j in linear time', (unit) => {
    const charactersRead = (times: number) => {
      const splitter = splitReasoning({ isImplicit: false })
      let read = 0
      const slice = String.prototype.slice
      const counted = function (this: string, ...range: [number?, number?]) {
        const piece = slice.apply(this, range)
        read += piece.length <= 2 * maxTagLength ? piece.length : 1
        return piece
      }
      try {
        String.prototype.slice = counted
        splitter.push(`x${unit.repeat(times)}`)
        splitter.end(true)
      } finally {
        String.prototype.slice = slice
      }
      return read
    }
    expect(charactersRead(4000)).toBeLessThan(3 * charactersRead(2000) + 1000)
  })
})

test('shows text that follows a closing tag and more white space than is held back', () => {
  const splitter = splitReasoning({ isImplicit: false })
  const shown = ['The tag is </think>', ...' '.repeat(300), 'and it is a tag.'].flatMap((delta) => splitter.push(delta))
  expect(shown.map((piece) => ('text' in piece ? piece.text : '')).join('')).toBe(
    `The tag is </think>${' '.repeat(300)}and it is a tag.`,
  )
})
