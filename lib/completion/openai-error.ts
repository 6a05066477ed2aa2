import type { Problem } from '@/lib/contract/api'
import type { ErrorCode } from '@/lib/errors'

/** Codes that OpenAI has its own name for. All others keep ours. */
const names: Partial<Record<ErrorCode, string>> = Object.freeze({
  unauthenticated: 'invalid_api_key',
  rate_limited: 'rate_limit_exceeded',
})
const apiKeyRequired = 'A valid API key is required as a bearer token.'

/** Converts a problem to the error format of OpenAI's clients. */
export function openaiError({
  code,
  status,
  detail,
  errors = [],
}: Pick<Problem, 'code' | 'status' | 'detail' | 'errors'>) {
  const [field] = errors
  const message = code === 'unauthenticated' ? apiKeyRequired : detail
  return {
    error: {
      message: field ? `${field.path || 'The body'}: ${field.message}` : message,
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
