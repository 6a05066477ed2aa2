import { v7 } from 'uuid'

/** The expected result for the hostile conversation, which is the first of its file, or for the whole file. */
type Expected =
  | { refused: RegExp }
  | { imported: 1; shortened?: RegExp }
  | { status: 400 }
  /** The number of failures in a file without any valid conversation. */
  | { failedCount: number }

export type HostileImport = { name: string; body: (bytes: number) => string; expected: Expected }

const importFile = (conversation: string) => `[${conversation},${JSON.stringify(harmless())}]`
const repeat = (unit: string, bytes: number) => unit.repeat(Math.max(0, Math.ceil(bytes / unit.length)))
const joinElements = (count: number, element: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => element(i)).join()
/** Joins as many elements as fit into this many bytes. */
function fill(bytes: number, element: (index: number) => string) {
  const elements: string[] = []
  for (let left = bytes; left > 0; left -= (elements.at(-1)?.length ?? 0) + 1) elements.push(element(elements.length))
  return elements.slice(0, -1).join()
}
/** Returns a number of nodes that does not exceed the limit of 10,000 nodes per conversation. */
const nodesIn = (bytes: number) => Math.min(10_000, Math.ceil(bytes / 400))
const branchesIn = (bytes: number) => Math.min(4999, Math.ceil(bytes / 260))
const chatgpt = (nodes: string, more = '') => `{${more}"mapping":{${nodes}}}`
const node = (name: string, parent: string | null, role: string, parts: string) =>
  `"${name}":{"parent":${JSON.stringify(parent)},"message":{"author":{"role":"${role}"},"content":{"parts":${parts}}}}`
const goldfish = (messages: string, title = 'Hostile') => `{"id":"${v7()}","title":"${title}","messages":[${messages}]}`
const message = (role: string, parts: string, parent: string | null = null) =>
  `{"id":"${v7()}","parentId":${JSON.stringify(parent)},"role":"${role}","parts":${parts}}`

/** A valid conversation that must be imported after the hostile one. */
function harmless() {
  return {
    id: v7(),
    title: 'Harmless',
    messages: [{ id: v7(), parentId: null, role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
  }
}

/**
 * Files that must not make an import slow or exhaust its memory. Each body is a function of its size, so that tests can
 * measure how the work grows with the size.
 */
export const hostileImports: readonly HostileImport[] = [
  {
    name: 'too many sibling nodes',
    body: (bytes) => importFile(chatgpt(fill(Math.min(bytes, 2_000_000), (index) => `"${index}":{}`))),
    expected: { refused: /more than 10000 messages/ },
  },
  {
    name: 'one message split over too many nodes',
    body: (bytes) =>
      importFile(chatgpt(fill(Math.min(bytes, 2_000_000), (i) => node(`n${i}`, `n${i - 1}`, 'user', '["a"]')))),
    expected: { refused: /more than 10000 messages/ },
  },
  {
    name: 'one message split over 10,000 long nodes',
    body: (bytes) =>
      importFile(
        chatgpt(
          joinElements(nodesIn(bytes), (i) =>
            node(`n${i}`, i ? `n${i - 1}` : null, 'user', `["${repeat('a', bytes / nodesIn(bytes) - 90)}"]`),
          ),
        ),
      ),
    expected: { imported: 1, shortened: /1 MiB/ },
  },
  {
    name: 'an answer split over many nodes with a branch at each',
    body: (bytes) =>
      importFile(
        chatgpt(
          joinElements(
            branchesIn(bytes),
            (i) =>
              `${node(`a${i}`, i ? `a${i - 1}` : null, 'assistant', `["${repeat('a', bytes / branchesIn(bytes) - 260)}a"]`)},${node(`q${i}`, `a${i}`, 'user', '["q"]')}`,
          ),
        ),
      ),
    expected: { refused: /branches too often/ },
  },
  {
    name: 'many brackets before the list of conversations',
    body: (bytes) => `{"a":${repeat('[]', bytes)}`,
    expected: { status: 400 },
  },
  {
    name: 'deeply nested arrays',
    body: (bytes) => importFile(repeat('[', bytes / 2) + repeat(']', bytes / 2)),
    expected: { refused: /nested too deeply/ },
  },
  {
    name: 'too many empty objects',
    body: (bytes) => importFile(`{"mapping":{},"x":[${repeat('{},', bytes)}0]}`),
    expected: { refused: /too many fields/ },
  },
  {
    name: 'many objects with distinct keys',
    body: (bytes) =>
      importFile(
        chatgpt(
          '',
          `"x":[${joinElements(Math.min(24_000, bytes / 300), (i) => `{${joinElements(20, (j) => `"${i}_${j}":1.5`)}}`)}],`,
        ),
      ),
    expected: { refused: /no messages/ },
  },
  {
    name: 'a text of several megabytes',
    body: (bytes) => importFile(goldfish(message('user', `[{"type":"text","text":"${repeat('word ', bytes)}"}]`))),
    expected: { imported: 1, shortened: /One message was longer than 1 MiB/ },
  },
  {
    name: 'too many parts in a ChatGPT message',
    body: (bytes) => importFile(chatgpt(node('n', null, 'user', `[${repeat('"a",', Math.min(bytes, 3_900_000))}"a"]`))),
    expected: { imported: 1, shortened: /1 MiB/ },
  },
  {
    name: 'too many parts in a message of a Goldfish export',
    body: (bytes) =>
      importFile(
        goldfish(
          message('user', `[${repeat('{"type":"text","text":"a"},', Math.min(bytes, 6_000_000)).slice(0, -1)}]`),
        ),
      ),
    expected: { refused: /parts|too many fields/ },
  },
  {
    name: 'too many invalid conversations',
    body: (bytes) => `[${repeat('7,', bytes)}7]`,
    expected: { failedCount: 10_001 },
  },
  {
    name: 'a cycle of nodes',
    body: (bytes) =>
      importFile(
        chatgpt(
          joinElements(nodesIn(bytes), (i) =>
            node(`n${i}`, `n${(i + 1) % nodesIn(bytes)}`, 'user', `["${repeat('a', bytes / nodesIn(bytes) - 90)}"]`),
          ),
        ),
      ),
    expected: { refused: /no messages/ },
  },
  {
    name: 'a conversation id of several megabytes that becomes part of every message id',
    body: (bytes) =>
      importFile(
        chatgpt(
          joinElements(nodesIn(bytes), (i) =>
            node(`n${i}`, i ? `n${i - 1}` : null, i % 2 ? 'assistant' : 'user', '["a"]'),
          ),
          `"id":"${repeat('x', bytes - nodesIn(bytes) * 100)}",`,
        ),
      ),
    expected: { imported: 1 },
  },
  {
    name: 'a title of several megabytes',
    body: (bytes) => importFile(goldfish(message('user', '[{"type":"text","text":"a"}]'), repeat('\\u0001 ', bytes))),
    expected: { imported: 1 },
  },
  {
    name: 'many combining marks on one letter',
    body: (bytes) =>
      importFile(
        goldfish(
          joinElements(Math.ceil(bytes / 1_048_576), () =>
            message('user', `[{"type":"text","text":"a${repeat('\u0316\u0301', Math.min(bytes / 2, 400_000))}"}]`),
          ),
        ),
      ),
    expected: { imported: 1 },
  },
  {
    name: 'a long text without spaces',
    body: (bytes) =>
      importFile(
        goldfish(
          joinElements(Math.ceil(bytes / 1_048_576), () =>
            message('user', `[{"type":"text","text":"${repeat('東京大学の金魚', Math.min(bytes / 3, 300_000))}"}]`),
          ),
        ),
      ),
    expected: { imported: 1 },
  },
  {
    name: 'only whitespace',
    body: (bytes) => `[${repeat(' \n', bytes)}`,
    expected: { status: 400 },
  },
]
