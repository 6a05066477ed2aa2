import type { AssistantModelMessage, JSONValue, ModelMessage, ToolCallPart, ToolResultPart } from 'ai'
import { type ChatPart, isToolPart, type ToolPart, toolNameOf } from '@/lib/contract/ui-message'
import { textOf } from './message-content'
import { orderedFields } from './ordered-fields'

/**
 * What of an answer a model reads, the same while the answer is made and ever after. Each step that called tools is one
 * message with its text and calls, and one with what came of them; a call always has a result, or providers refuse the
 * prompt. Without tools it is a text, as models are sent it that know none.
 */
export function answerMessages(parts: readonly ChatPart[], withTools: boolean): ModelMessage[] {
  if (!withTools || !parts.some(isToolPart)) return textMessage(parts)
  return stepsOf(parts).flatMap((step): ModelMessage[] => {
    const calls = step.filter(isToolPart)
    if (calls.length === 0) return textMessage(step)
    const text = textOf(step)
    const said = text === '' ? [] : [{ type: 'text' as const, text }]
    return [
      { role: 'assistant', content: [...said, ...calls.map(callOf)] },
      { role: 'tool', content: calls.map(resultOf) },
    ]
  })
}

/** Whether an answer ends with calls, so that a model can go on from what came of them. */
export const endsWithCalls = (parts: readonly ChatPart[]): boolean => stepsOf(parts).at(-1)?.some(isToolPart) ?? false

function textMessage(parts: readonly ChatPart[]): AssistantModelMessage[] {
  const content = textOf(parts)
  return content === '' ? [] : [{ role: 'assistant', content }]
}

function stepsOf(parts: readonly ChatPart[]): ChatPart[][] {
  const steps: ChatPart[][] = [[]]
  for (const part of parts) {
    if (part.type === 'step-start') steps.push([])
    else steps.at(-1)?.push(part)
  }
  return steps.filter((step) => step.length > 0)
}

const callOf = (part: ToolPart): ToolCallPart => ({
  type: 'tool-call',
  toolCallId: part.toolCallId,
  toolName: toolNameOf(part),
  input: orderedFields(part.input ?? {}),
})

const resultOf = (part: ToolPart): ToolResultPart => ({
  type: 'tool-result',
  toolCallId: part.toolCallId,
  toolName: toolNameOf(part),
  output: outcomeOf(part),
})

function outcomeOf(part: ToolPart): ToolResultPart['output'] {
  switch (part.state) {
    case 'output-available':
      return { type: 'json', value: orderedFields(part.output) as JSONValue }
    case 'output-error':
      return { type: 'error-text', value: part.errorText }
    case 'output-denied':
      return { type: 'error-text', value: 'The user said no. Nothing was done.' }
    case 'approval-requested':
      return { type: 'error-text', value: 'The user was asked and did not answer. Nothing was done.' }
    case 'input-streaming':
    case 'input-available':
    case 'approval-responded':
      return { type: 'error-text', value: 'The call was broken off. Nothing is known of what came of it.' }
  }
}
