import { z } from 'zod'
import { asId, type TodoId } from '@/lib/ids'

/** Code points: an emoji is one character, one that is put together counts by its parts. */
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

/** Any valid UUID, as in a path. Plain JSON Schema says most of it to models and MCP clients, who are told what a tool takes. */
export const todoId = z.guid().transform(asId<TodoId>)
