import katex from 'katex'
import { createElement, type ReactNode } from 'react'

/**
 * A node of KaTeX's internal tree. KaTeX's types do not declare it, so package.json pins the exact version and a
 * test covers it.
 */
type MathNode = {
  type?: string
  text?: string
  /** The width of a space in em, and the character that represents it, if any. */
  width?: number
  character?: string | null
  attributes?: Record<string, unknown>
  children?: MathNode[]
}
type Tree = { __renderToDomTree: (tex: string, options: object) => MathNode }

/** The elements that may be rendered. Links, images and anything that runs code are excluded. */
const elements = new Set(
  `math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts mprescripts
  none mtable mtr mtd mlabeledtr mpadded mphantom menclose mstyle merror`.split(/\s+/),
)
const attributes = new Set(
  `display displaystyle scriptlevel mathvariant mathcolor mathbackground stretchy fence separator symmetric largeop
  movablelimits accent accentunder lspace rspace minsize maxsize form linethickness width height depth voffset rowspacing
  columnspacing columnalign rowalign columnlines rowlines frame framespacing notation side`.split(/\s+/),
)

/** KaTeX takes up to 45 µs per character, so the source of a longer formula is shown instead. */
const maxDrawnCharacters = 1500

/**
 * Renders a formula as React elements from KaTeX's tree, without HTML strings. Returns null if the TeX is invalid.
 * `maxExpand` and `maxSize` bound how far macros can expand.
 */
export function renderMaths(tex: string, display: boolean): ReactNode {
  const options = {
    output: 'mathml',
    displayMode: display,
    throwOnError: true,
    strict: 'ignore',
    trust: false,
    errorColor: 'currentcolor',
    maxExpand: 500,
    maxSize: 20,
  }
  if (tex.length > maxDrawnCharacters) return null
  try {
    const tree = (katex as unknown as Tree).__renderToDomTree(tex, options)
    return (tree.children ?? []).map((node, index) => toElement(node, index))
  } catch {
    return null
  }
}

function toElement(node: MathNode, key: number): ReactNode {
  if (node.text !== undefined) return node.text
  if (node.width !== undefined && node.type === undefined)
    return node.character ?? createElement('mspace', { key, width: `${node.width}em` })
  const children = (node.children ?? []).map(toElement)
  // `semantics` contains the formula and its source as an annotation. The annotation is left out, because the copy
  // button already copies the source.
  if (node.type === 'annotation') return null
  if (node.type === undefined || !elements.has(node.type)) return children
  const allowed = Object.entries(node.attributes ?? {}).filter(([name]) => attributes.has(name))
  const props = Object.fromEntries(allowed.map(([name, value]) => [name, String(value)]))
  return createElement(node.type, { key, ...props }, ...children)
}
