import type { ApiResult } from '@/components/api/call-api'
import { networkFailure, readFailure } from '@/components/api/failure'
import type { ImportReport } from '@/lib/contract/api'

/**
 * Sends a file to be imported. `onProgress` hears the part that has been sent, 0 to 1. An XMLHttpRequest: `fetch` does
 * not tell how far an upload is.
 */
export function uploadImport(file: Blob, onProgress: (part: number) => void): Promise<ApiResult<ImportReport>> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.open('POST', '/api/conversations/import')
    request.setRequestHeader('content-type', 'application/json')
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total)
    request.onerror = () => resolve({ ok: false, failure: networkFailure })
    request.onload = async () => {
      const answer = new Response(request.responseText, { status: request.status })
      if (!answer.ok) return resolve({ ok: false, failure: await readFailure(answer) })
      const report: ImportReport | null = await answer.json().catch(() => null)
      resolve(
        report === null
          ? { ok: false, failure: { code: 'unreadable', message: 'The server’s answer could not be read.' } }
          : { ok: true, value: report },
      )
    }
    request.send(file)
  })
}
