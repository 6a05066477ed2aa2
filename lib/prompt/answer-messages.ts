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

/**
 * Converts a message to the content that a model reads. Plain text stays a string, which every server accepts. A text file
 * is included in the text under its name. An image is sent as an image, or as a line of text if `withImages` is false.
 * Returns '' if there is nothing to read. Reasoning, badges and errors are left out.
 */
export function messageContent(parts: readonly ChatPart[], withImages = true): string | (TextPart | FilePart)[] {
  const files = parts.flatMap((part) => (part.type === 'file' ? [part] : []))
  const images = files.filter(isImage)
  const attached = files.filter((file) => !isImage(file)).map(attachedText)
  const unseen = withImages ? [] : images.map(placeholder)
  const text = [...attached, ...unseen, textOf(parts)].filter((part) => part !== '').join('\n\n')
  if (!withImages || images.length === 0) return text
  const shown = images.map(({ mediaType, url }): FilePart => ({ type: 'file', mediaType, data: contentOf(url) }))
  return text === '' ? shown : [...shown, { type: 'text', text }]
}

/** Whether one of these parts is an image. */
export const hasImage = (parts: readonly ChatPart[]): boolean => parts.some(isImage)

const isImage = (part: ChatPart): boolean => part.type === 'file' && part.mediaType.startsWith('image/')

/** The user chose the file name, so it must not close the brackets around it. */
const placeholder = ({ filename = 'image' }: Extract<ChatPart, { type: 'file' }>) =>
  `[Image: ${filename.replace(/[[\]\p{Cc}]/gu, '_')}. This model cannot view images.]`

/** The text parts of a message, joined as they are shown. */
export function textOf(parts: readonly ChatPart[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
}

/** The name is the user's, too: it may not end the tag it stands in. */
function attachedText({ filename = 'file', url }: Extract<ChatPart, { type: 'file' }>): string {
  const text = Buffer.from(contentOf(url), 'base64').toString('utf8')
  return `<attached-file name="${filename.replace(/[<>"&]/g, '_')}">\n${text}\n</attached-file>`
}

const contentOf = (url: string) => url.slice(url.indexOf(',') + 1)
