import { v7 } from 'uuid'

/**
 * The expected result for the hostile conversation, which is the first of its file, or the refusal of the whole file.
 */
type Expected =
  | { refused: RegExp }
  | { imported: 1; shortened?: RegExp }
  | { status: 400 }
  /** A file without any valid conversation: the expected number of failures. */
  | { failedCount: number }

export type HostileImport = { name: string; body: (bytes: number) => string; expected: Expected }

const list = (conversation: string) => `[${conversation},${JSON.stringify(harmless())}]`
const repeat = (unit: string, bytes: number) => unit.repeat(Math.max(0, Math.ceil(bytes / unit.length)))
const listOf = (count: number, element: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => element(i)).join()
/** As many elements as fit into this many bytes. */
function fill(bytes: number, element: (index: number) => string) {
  const elements: string[] = []
  for (let left = bytes; left > 0; left -= (elements.at(-1)?.length ?? 0) + 1) elements.push(element(elements.length))
  return elements.slice(0, -1).join()
}
/** Nodes of a tree. 10,000 of them are accepted. */
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
 * Small files that make a careless reader slow or large. Each is a function of its size, so that growth can be
 * measured.
 */
export const hostileImports: readonly HostileImport[] = [
  {
    name: 'siblings without number',
    body: (bytes) => list(chatgpt(fill(bytes, (index) => `"${index}":{}`))),
    expected: { refused: /more than 10000 messages|too many fields/ },
  },
  {
    name: 'an answer that goes on in every node',
    body: (bytes) => list(chatgpt(fill(bytes, (i) => node(`n${i}`, `n${i - 1}`, 'user', '["a"]')))),
    expected: { refused: /more than 10000 messages|too many fields/ },
  },
  {
    name: 'an answer that goes on in 10,000 long nodes',
    body: (bytes) =>
      list(
        chatgpt(
          listOf(nodesIn(bytes), (i) =>
            node(`n${i}`, i ? `n${i - 1}` : null, 'user', `["${repeat('a', bytes / nodesIn(bytes) - 90)}"]`),
          ),
        ),
      ),
    expected: { imported: 1, shortened: /1 MiB/ },
  },
  {
    name: 'an answer that goes on in every node and branches in each',
    body: (bytes) =>
      list(
        chatgpt(
          listOf(
            branchesIn(bytes),
            (i) =>
              `${node(`a${i}`, i ? `a${i - 1}` : null, 'assistant', `["${repeat('a', bytes / branchesIn(bytes) - 260)}a"]`)},${node(`q${i}`, `a${i}`, 'user', '["q"]')}`,
          ),
        ),
      ),
    expected: { refused: /branches too often/ },
  },
  {
    name: 'brackets beside the list',
    body: (bytes) => `{"a":${repeat('[]', bytes)}`,
    expected: { status: 400 },
  },
  {
    name: 'a deep nest',
    body: (bytes) => list(repeat('[', bytes / 2) + repeat(']', bytes / 2)),
    expected: { refused: /nested too deeply/ },
  },
  {
    name: 'values without number',
    body: (bytes) => list(`{"mapping":{},"x":[${repeat('{},', bytes)}0]}`),
    expected: { refused: /too many fields/ },
  },
  {
    name: 'objects that take much memory',
    body: (bytes) =>
      list(
        chatgpt(
          '',
          `"x":[${listOf(Math.min(24_000, bytes / 300), (i) => `{${listOf(20, (j) => `"${i}_${j}":1.5`)}}`)}],`,
        ),
      ),
    expected: { refused: /no messages/ },
  },
  {
    name: 'a text of many megabytes',
    body: (bytes) => list(goldfish(message('user', `[{"type":"text","text":"${repeat('word ', bytes)}"}]`))),
    expected: { imported: 1, shortened: /One message was longer than 1 MiB/ },
  },
  {
    name: 'parts without number',
    body: (bytes) => list(chatgpt(node('n', null, 'user', `[${repeat('"a",', Math.min(bytes, 3_900_000))}"a"]`))),
    expected: { imported: 1, shortened: /1 MiB/ },
  },
  {
    name: 'parts without number in an own export',
    body: (bytes) =>
      list(
        goldfish(
          message('user', `[${repeat('{"type":"text","text":"a"},', Math.min(bytes, 6_000_000)).slice(0, -1)}]`),
        ),
      ),
    expected: { refused: /parts|too many fields/ },
  },
  {
    name: 'conversations without number',
    body: (bytes) => `[${repeat('7,', bytes)}7]`,
    expected: { failedCount: 10_001 },
  },
  {
    name: 'a ring of nodes',
    body: (bytes) =>
      list(
        chatgpt(
          listOf(nodesIn(bytes), (i) =>
            node(`n${i}`, `n${(i + 1) % nodesIn(bytes)}`, 'user', `["${repeat('a', bytes / nodesIn(bytes) - 90)}"]`),
          ),
        ),
      ),
    expected: { refused: /no messages/ },
  },
  {
    name: 'an id of megabytes that is part of every id',
    body: (bytes) =>
      list(
        chatgpt(
          listOf(nodesIn(bytes), (i) => node(`n${i}`, i ? `n${i - 1}` : null, i % 2 ? 'assistant' : 'user', '["a"]')),
          `"id":"${repeat('x', bytes - nodesIn(bytes) * 100)}",`,
        ),
      ),
    expected: { imported: 1 },
  },
  {
    name: 'a title of megabytes',
    body: (bytes) => list(goldfish(message('user', '[{"type":"text","text":"a"}]'), repeat('\\u0001 ', bytes))),
    expected: { imported: 1 },
  },
  {
    name: 'marks that stand on one letter',
    body: (bytes) =>
      list(
        goldfish(
          listOf(Math.ceil(bytes / 1_048_576), () =>
            message('user', `[{"type":"text","text":"a${repeat('\u0316\u0301', Math.min(bytes / 2, 400_000))}"}]`),
          ),
        ),
      ),
    expected: { imported: 1 },
  },
  {
    name: 'a text without spaces',
    body: (bytes) =>
      list(
        goldfish(
          listOf(Math.ceil(bytes / 1_048_576), () =>
            message('user', `[{"type":"text","text":"${repeat('東京大学の金魚', Math.min(bytes / 3, 300_000))}"}]`),
          ),
        ),
      ),
    expected: { imported: 1 },
  },
  {
    name: 'nothing but white space',
    body: (bytes) => `[${repeat(' \n', bytes)}`,
    expected: { status: 400 },
  },
]
