import type {
  AssistantModelMessage,
  FilePart,
  JSONValue,
  ModelMessage,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from 'ai'
import { type ChatPart, isToolPart, type ToolPart, toolNameOf } from '@/lib/contract/ui-message'
import { orderedFields } from './prompt-prefix'

/**
 * Converts an answer to the messages that a model reads. The result must be the same while the answer is generated
 * and in all later turns. Each step with tool calls becomes one message with its text and calls, and one with their
 * results. Every call must have a result, because providers reject the prompt otherwise. For a model without tools,
 * the answer becomes plain text.
 */
export function answerMessages(parts: readonly ChatPart[], withTools: boolean): ModelMessage[] {
  if (!withTools || !parts.some(isToolPart)) return textMessage(parts)
  return stepsOf(parts).flatMap((step): ModelMessage[] => {
    const calls = step.filter(isToolPart)
    if (calls.length === 0) return textMessage(step)
    const text = textOf(step)
    const textParts = text === '' ? [] : [{ type: 'text' as const, text }]
    return [
      { role: 'assistant', content: [...textParts, ...calls.map(callOf)] },
      { role: 'tool', content: calls.map(resultOf) },
    ]
  })
}

/** Whether an answer ends with tool calls, so that the model should continue from their results. */
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
  output: toolOutput(part),
})

function toolOutput(part: ToolPart): ToolResultPart['output'] {
  switch (part.state) {
    case 'output-available':
      return { type: 'json', value: orderedFields(part.output) as JSONValue }
    case 'output-error':
      return { type: 'error-text', value: part.errorText }
    case 'output-denied':
      return { type: 'error-text', value: 'The user denied this tool call. It was not executed.' }
    case 'approval-requested':
      return {
        type: 'error-text',
        value: 'The user was asked for approval but did not respond. The tool call was not executed.',
      }
    case 'input-streaming':
    case 'input-available':
    case 'approval-responded':
      return { type: 'error-text', value: 'The tool call was interrupted. It is unknown whether it took effect.' }
  }
}

/**
 * Converts a message to the content that a model reads. Plain text stays a string, which every server accepts. A text
 * file is included in the text under its name. An image is sent as an image, or as a line of text if `withImages` is
 * false. Returns '' if there is nothing to read. Reasoning, badges and errors are left out.
 */
export function messageContent(parts: readonly ChatPart[], withImages = true): string | (TextPart | FilePart)[] {
  const files = parts.flatMap((part) => (part.type === 'file' ? [part] : []))
  const images = files.filter(isImage)
  const attached = files.filter((file) => !isImage(file)).map(attachedText)
  const placeholders = withImages ? [] : images.map(placeholder)
  const text = [...attached, ...placeholders, textOf(parts)].filter((part) => part !== '').join('\n\n')
  if (!withImages || images.length === 0) return text
  const imageParts = images.map(({ mediaType, url }): FilePart => ({ type: 'file', mediaType, data: contentOf(url) }))
  return text === '' ? imageParts : [...imageParts, { type: 'text', text }]
}

/** Whether one of these parts is an image. */
export const hasImage = (parts: readonly ChatPart[]): boolean => parts.some(isImage)

const isImage = (part: ChatPart): boolean => part.type === 'file' && part.mediaType.startsWith('image/')

/** The user chose the file name, so it must not close the brackets around it. */
const placeholder = ({ filename = 'image' }: Extract<ChatPart, { type: 'file' }>) =>
  `[Image: ${filename.replace(/[[\]\p{Cc}]/gu, '_')}. This model cannot view images.]`

/** Returns the text of a message: its text parts, separated by blank lines. */
export function textOf(parts: readonly ChatPart[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
}

/** The user chose the file name, so it must not be able to close the tag that contains it. */
function attachedText({ filename = 'file', url }: Extract<ChatPart, { type: 'file' }>): string {
  const text = Buffer.from(contentOf(url), 'base64').toString('utf8')
  return `<attached-file name="${filename.replace(/[<>"&]/g, '_')}">\n${text}\n</attached-file>`
}

const contentOf = (url: string) => url.slice(url.indexOf(',') + 1)
