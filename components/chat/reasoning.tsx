import { ChevronRight } from 'lucide-react'

/** What the model thought on the way, folded: it is not the answer. */
export function Reasoning({ text, name }: { text: string; name: string }) {
  return (
    <details className="text-sm text-soft open:[&_svg]:rotate-90">
      <summary className="flex w-fit list-none items-center gap-1 rounded-md py-1 pe-2 hover:text-ink">
        <ChevronRight aria-hidden="true" className="size-4 transition-transform rtl:rotate-180" />
        {name}
      </summary>
      <p dir="auto" className="mt-1 border-s-2 border-line ps-4 whitespace-pre-wrap">
        {text}
      </p>
    </details>
  )
}
