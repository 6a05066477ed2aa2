import { ChevronRight } from 'lucide-react'

/** What the model thought on the way, folded: it is not the answer. */
export function Reasoning({ text }: { text: string }) {
  return (
    <details className="text-sm text-soft open:[&_svg]:rotate-90">
      <summary className="flex w-fit list-none items-center gap-1 rounded-md py-1 pr-2 hover:text-ink">
        <ChevronRight aria-hidden="true" className="size-4 transition-transform" />
        Reasoning
      </summary>
      <p className="mt-1 border-l-2 border-line pl-4 whitespace-pre-wrap">{text}</p>
    </details>
  )
}
