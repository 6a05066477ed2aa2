import type { Needs } from '@/lib/context'
import { errorTable, isAppError } from '@/lib/errors'
import { describeError } from '@/lib/log'

/** What a model is told of a tool that failed, ours or a client's: our own errors in their words, of all others nothing. */
export function toolFailure({ log }: Needs<'log'>, tool: string, error: unknown): string {
  if (!isAppError(error)) {
    log.error('tool failed', { reason: tool, error: describeError(error) })
    return 'The tool failed.'
  }
  const { code, details } = error
  const fields = details.fields?.map(({ path, message }) => `${path || 'arguments'}: ${message}`) ?? []
  return [`${code}: ${errorTable[code].title}`, details.detail, ...fields].filter((line) => line).join('\n')
}
