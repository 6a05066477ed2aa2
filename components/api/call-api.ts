import { type Failure, networkFailure, readFailure } from '@/components/api/failure'

export type ApiResult<Value> = { ok: true; value: Value } | { ok: false; failure: Failure }
type ApiInit = { method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; body?: object; signal?: AbortSignal }

/**
 * Sends a JSON request to our own API. Returns failures as values instead of throwing, so that each caller must
 * handle them.
 */
export async function callApi<Value>(
  path: string,
  { method = 'GET', body, signal }: ApiInit = {},
): Promise<ApiResult<Value>> {
  try {
    const response = await fetch(path, {
      method,
      cache: 'no-store',
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
    if (!response.ok) return { ok: false, failure: await readFailure(response) }
    const text = await response.text()
    return { ok: true, value: (text === '' ? null : JSON.parse(text)) as Value }
  } catch {
    return { ok: false, failure: networkFailure }
  }
}
