import { z } from 'zod'
import { parseId, type TodoId } from '@/lib/ids'

/** Characters as people count them: a family of four is one. */
const length = (text: string) => [...text].length

/** One line of 1 to 200 characters. */
export const todoTitle = z
  .string()
  .trim()
  .min(1)
  .refine((text) => length(text) <= 200, 'must be at most 200 characters')
  .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]*$/u, 'must be one line without control characters')

/** Some lines of up to 2,000 characters. */
export const todoDescription = z
  .string()
  .trim()
  .refine((text) => length(text) <= 2_000, 'must be at most 2000 characters')
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\n\r\t])*$/u, 'must not have control characters')

/** Any valid UUID. Plain JSON Schema can say it, because models and MCP clients are told what a tool takes. */
export const todoId = z.guid().transform((text): TodoId => parseId<TodoId>(text) ?? (text.toLowerCase() as TodoId))
