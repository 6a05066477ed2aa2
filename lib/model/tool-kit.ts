import { createHash } from 'node:crypto'
import { type JSONSchema7, jsonSchema, type ToolSet } from 'ai'
import { z } from 'zod'
import type { Tool } from '@/lib/tool'

/** Tools as a model is offered them: the same bytes in every call, by name, and nothing in reach that could run one. */
export type ToolKit = Readonly<{
  /** What the SDK is given. */
  set: Readonly<ToolSet>
  /** A hash of everything that a model is told of them. */
  version: string
  /** The same as text, for estimating its tokens. */
  text: string
}>

/**
 * Describes tools to models, once. The SDK gets a schema and no validator: `Tool.run` refuses wrong arguments anyway, in
 * one way for models and MCP clients, and a model that gave them is told so as the result of its call. Patterns are left
 * out of what a model sees: servers that make a grammar of a schema stumble over them.
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
