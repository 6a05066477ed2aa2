import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { vi } from 'vitest'

/**
 * Renders a component that calls `useHook` and renders nothing, without a DOM. React needs only the stubs below as long
 * as there is no element to insert. `results` collects the result of each render. `current` returns the newest result,
 * and throws if nothing has been rendered yet.
 */
export function renderHook<Result>(useHook: () => Result): {
  results: Result[]
  current: () => Result
  unmount: () => void
} {
  const window = { HTMLIFrameElement: class {} }
  vi.stubGlobal('window', window)
  const ownerDocument = { nodeType: 9, defaultView: window, activeElement: null, addEventListener: () => undefined }
  const container = { nodeType: 1, nodeName: 'DIV', tagName: 'DIV', ownerDocument, addEventListener: () => undefined }
  const results: Result[] = []
  const root = createRoot(container as unknown as Element)
  root.render(
    createElement(() => {
      results.push(useHook())
      return null
    }),
  )
  const current = () => {
    const newest = results.at(-1)
    if (newest === undefined) throw new Error('the hook has not been rendered yet')
    return newest
  }
  return { results, current, unmount: () => root.unmount() }
}
