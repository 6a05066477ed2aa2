import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { vi } from 'vitest'

/**
 * A component that uses a hook and shows nothing, drawn by React as a program without a page would: what React asks of
 * its surroundings until there is something to show fits in a few lines. `seen` is what the hook gave, each time anew.
 */
export function renderHook<Given>(use: () => Given): { seen: Given[]; now: () => Given; unmount: () => void } {
  const window = { HTMLIFrameElement: class {} }
  vi.stubGlobal('window', window)
  const ownerDocument = { nodeType: 9, defaultView: window, activeElement: null, addEventListener: () => undefined }
  const nowhere = { nodeType: 1, nodeName: 'DIV', tagName: 'DIV', ownerDocument, addEventListener: () => undefined }
  const seen: Given[] = []
  const root = createRoot(nowhere as unknown as Element)
  root.render(
    createElement(() => {
      seen.push(use())
      return null
    }),
  )
  const now = () => {
    const newest = seen.at(-1)
    if (newest === undefined) throw new Error('not drawn yet')
    return newest
  }
  return { seen, now, unmount: () => root.unmount() }
}
