import { type ChatPart, isToolPart } from '@/lib/contract/ui-message'
import type { ModelChunk } from '@/lib/model/model-chunk'

export type CallNames = {
  /** The chunk with the name that its call has in this answer. */
  name: (chunk: ModelChunk) => ModelChunk
  /** What the model's server called it. */
  givenTo: (toolCallId: string) => string
}

/** As it stands in a path of ours, and as every provider takes it back. */
const usual = /^[\w-]{1,64}$/

/**
 * The ids of calls are made by the model's server, and some count from 0 in every reply. In one answer an id is one call:
 * it is what its result, its card and its approval are found by. `beginning`: whose ids are taken.
 */
export function nameCalls(beginning: readonly ChatPart[]): CallNames {
  const given = new Map(beginning.filter(isToolPart).map(({ toolCallId }) => [toolCallId, toolCallId]))
  const open = new Map<string, string>()
  const begin = (id: string) => {
    let name = id
    for (let number = given.size + 1; !usual.test(name) || given.has(name); number++) name = `call-${number}`
    given.set(name, id)
    open.set(id, name)
    return name
  }
  return {
    name: (chunk) => {
      switch (chunk.type) {
        case 'tool-input-start':
          return { ...chunk, toolCallId: begin(chunk.toolCallId) }
        case 'tool-input-delta':
          return { ...chunk, toolCallId: open.get(chunk.toolCallId) ?? chunk.toolCallId }
        case 'tool-input-available':
        case 'tool-input-error': {
          const toolCallId = open.get(chunk.toolCallId) ?? begin(chunk.toolCallId)
          open.delete(chunk.toolCallId)
          return { ...chunk, toolCallId }
        }
        default:
          return chunk
      }
    },
    givenTo: (toolCallId) => given.get(toolCallId) ?? toolCallId,
  }
}
