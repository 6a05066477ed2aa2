import type { Problem } from '@/lib/contract/api'
import type { ErrorCode } from '@/lib/errors'

/** Codes that have a name of their own there; all others keep ours. */
const names: Partial<Record<ErrorCode, string>> = Object.freeze({
  unauthenticated: 'invalid_api_key',
  rate_limited: 'rate_limit_exceeded',
})
const noKey = 'This needs an API key that holds, as a bearer token.'

/** A problem as OpenAI's clients know it. */
export function openaiError({
  code,
  status,
  detail,
  errors = [],
}: Pick<Problem, 'code' | 'status' | 'detail' | 'errors'>) {
  const [field] = errors
  const said = code === 'unauthenticated' ? noKey : detail
  return {
    error: {
      message: field ? `${field.path || 'The body'}: ${field.message}` : said,
      type: typeOf(code, status),
      param: field?.path || (code === 'model_not_found' ? 'model' : null),
      code: names[code] ?? code,
    },
  }
}

function typeOf(code: ErrorCode, status: number): string {
  if (status >= 500) return 'server_error'
  if (code === 'unauthenticated') return 'authentication_error'
  if (code === 'insufficient_scope') return 'permission_error'
  return code === 'rate_limited' ? 'rate_limit_error' : 'invalid_request_error'
}
