/**
 * What a model may do for a user. A tool is defined once, by the word it belongs to, and offered twice: to the chat's own
 * model and, through MCP, to other programs. Whose things it works on is the context's to say: no tool takes a user id.
 */
import type { JSONSchema7 } from 'ai'
import type { z } from 'zod'
import type { Needs, RequestContext } from '@/lib/context'
import type { KeyScope } from '@/lib/contract/api'
import { AppError } from '@/lib/errors'

/**
 * `reads`: changes nothing. `writes`: changes something that Undo can change back. `destroys`: takes something away; in
 * the chat the user is asked first.
 */
export type ToolEffect = 'reads' | 'writes' | 'destroys'

export type ToolOutput = { readonly [field: string]: unknown }

/** A longer result would fill the model's window, and the row that is saved three times a second: the chat refuses it. */
export const maxOutputCharacters = 64 * 1024

/** Who makes a call. */
export type ToolCall = {
  /**
   * The same for the same call made again (by a turn that is taken up after its process died): what it created is then
   * found, not created twice. Null: every call is one of its own.
   */
  key: string | null
  /** Fires when nobody waits for the answer any more. What is short need not listen. */
  signal: AbortSignal
}

export type Tool = Readonly<{
  /** As models and MCP clients call it: `create_todo`. */
  name: string
  /** For people. */
  title: string
  /** For models: when to call it, and what it answers. */
  description: string
  input: z.ZodObject
  /** JSON Schema that models are told in the place of `input`, of a tool that somebody else describes. */
  schema?: JSONSchema7
  effect: ToolEffect
  /** What an API key has to be made for to call it. */
  scope: KeyScope
  /** Throws `invalid_request` for arguments that are not of `input`, `not_found` for an id that is not this user's. */
  run: (context: RequestContext, input: unknown, call: ToolCall) => Promise<ToolOutput>
}>

/** Whether a scope is open to who asks: all are to somebody who is signed in, to a key those that it was made for. */
export const mayUse = ({ scopes }: Needs<'scopes'>, scope: KeyScope) => scopes === null || scopes.includes(scope)

type Definition<Input extends z.ZodObject> = Omit<Tool, 'input' | 'run'> & {
  input: Input
  run: (context: RequestContext, input: z.output<Input>, call: ToolCall) => Promise<ToolOutput>
}

/** A tool whose `run` is only ever given what its schema has let through. */
export function defineTool<Input extends z.ZodObject>(definition: Definition<Input>): Tool {
  const { input: schema, run } = definition
  return Object.freeze({
    ...definition,
    run: (context: RequestContext, input: unknown, call: ToolCall) => {
      const parsed = schema.safeParse(input)
      if (!parsed.success) throw wrongArguments(parsed.error)
      return run(context, parsed.data, call)
    },
  })
}

function wrongArguments({ issues }: z.ZodError): AppError {
  const fields = issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message }))
  return new AppError('invalid_request', { fields })
}
