import type { CodeLanguage } from '@/components/markdown/code-languages'
import { highlightCode, loadLanguage } from '@/components/markdown/highlight-code'
import type { HighlightRequest, HighlightResponse } from '@/components/markdown/highlight-in-worker'

const reply = (response: HighlightResponse) => postMessage(response)

/** The page starts its deadline at the message `started`, so that a slow network does not count as work. */
async function answer({ code, language }: { code: string; language: CodeLanguage }) {
  await loadLanguage(language)
  reply({ type: 'started' })
  reply({ type: 'runs', runs: highlightCode(code, language) })
}

addEventListener('message', ({ data }: MessageEvent<HighlightRequest>) => {
  void answer(data).catch(() => reply({ type: 'failed' }))
})
