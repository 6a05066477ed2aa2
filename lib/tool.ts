/**
 * The tools that a model may call for a user. A feature defines a tool once. It is offered to the chat model
 * and, through MCP, to other programs. A tool must never take a user id as input, because it works on the
 * data of the user in the context.
 */
import type { JSONSchema7 } from 'ai'
import type { z } from 'zod'
import type { Needs, RequestContext } from '@/lib/context'
import type { KeyScope } from '@/lib/contract/api'
import { invalidRequest } from '@/lib/errors'

/**
 * `reads`: changes nothing. `writes`: makes a change that the user can undo. `destroys`: deletes something; in the
 * chat the user must approve the call first.
 */
type ToolEffect = 'reads' | 'writes' | 'destroys'

type ToolOutput = { readonly [field: string]: unknown }

/**
 * The chat rejects longer results, because they would fill the context window of the model and the message row,
 * which is saved three times a second.
 */
export const maxOutputCharacters = 64 * 1024

type ToolCall = {
  /**
   * An idempotency key. A turn that is resumed after its process died repeats the call with the same key, and must
   * then get the object that the first call created instead of a second one. Null if every call is separate.
   */
  key: string | null
  /**
   * Aborts when the result is no longer needed. Tools that finish quickly may ignore it. A tool that uses the network
   * must honor it and set a timeout of its own, because calls have none.
   */
  signal: AbortSignal
}

export type Tool = Readonly<{
  /** The name for models and MCP clients, for example `create_todo`. */
  name: string
  /** The name that MCP clients show. The texts of the chat are in `messages/en/tool.ts` and its translations. */
  title: string
  /** For models: when to call the tool, and what it returns. */
  description: string
  input: z.ZodObject
  /** The JSON Schema for models, in place of `input`. Only tools of external MCP servers have one. */
  schema?: JSONSchema7
  effect: ToolEffect
  /** The scope that an API key needs to call the tool. */
  scope: KeyScope
  /**
   * Throws `invalid_request` if `input` does not match the schema, `not_found` if an id does not belong to the user.
   */
  run: (context: RequestContext, input: unknown, call: ToolCall) => Promise<ToolOutput>
}>

/** Whether the caller may use a scope. A signed-in user may use every scope, an API key only its own. */
export const mayUse = ({ scopes }: Needs<'scopes'>, scope: KeyScope) => scopes === null || scopes.includes(scope)

type Definition<Input extends z.ZodObject> = Omit<Tool, 'input' | 'run'> & {
  input: Input
  run: (context: RequestContext, input: z.output<Input>, call: ToolCall) => Promise<ToolOutput>
}

/** Returns a tool whose `run` validates its input against the schema first. */
export function defineTool<Input extends z.ZodObject>(definition: Definition<Input>): Tool {
  const { input: schema, run } = definition
  return Object.freeze({
    ...definition,
    run: (context: RequestContext, input: unknown, call: ToolCall) => {
      const parsed = schema.safeParse(input)
      if (!parsed.success) throw invalidRequest(parsed.error)
      return run(context, parsed.data, call)
    },
  })
}
