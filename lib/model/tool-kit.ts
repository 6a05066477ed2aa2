import { createHash } from 'node:crypto'
import { type JSONSchema7, jsonSchema, type ToolSet } from 'ai'
import { z } from 'zod'
import type { Tool } from '@/lib/tool'

/**
 * Tools as they are offered to a model: sorted by name, the same bytes in every call, and without a way to run them.
 */
export type ToolKit = Readonly<{
  /** The tools in the format of the SDK. */
  set: Readonly<ToolSet>
  /** A hash of everything that the model reads about the tools. */
  version: string
  /** The descriptions as text, for estimating their tokens. */
  text: string
}>

/**
 * Describes tools for models. The SDK gets a schema but no validator, because `Tool.run` rejects invalid arguments in
 * the same way for models and MCP clients, and the model reads the error as the result of its call. Patterns are
 * removed from the schemas because servers that convert a schema to a grammar fail on them.
 */
export function openToolKit(tools: readonly Tool[]): ToolKit {
  const described = tools
    .map(({ name, description, input, schema = schemaOf(input) }) => ({ name, description, schema }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const text = JSON.stringify(described)
  const set = Object.fromEntries(
    described.map(({ name, description, schema }) => [name, { description, inputSchema: jsonSchema(schema) }]),
  )
  const version = createHash('sha256').update(text).digest('base64url').slice(0, 16)
  return Object.freeze({ set: Object.freeze(set), version, text })
}

function schemaOf(input: z.ZodObject): JSONSchema7 {
  const override = ({ jsonSchema: part }: { jsonSchema: z.core.JSONSchema.BaseSchema }) => {
    delete part.pattern
    delete part.allOf
  }
  const { $schema: _, ...schema } = z.toJSONSchema(input, { target: 'draft-7', io: 'input', override })
  return schema as JSONSchema7
}
