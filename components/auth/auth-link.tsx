/**
 * From one page of the signing-in family to another; the way back (`next`) goes along. A plain link: `next/link` would be
 * a third of what these pages load beside the framework.
 */
export function AuthLink({ href, next, label }: { href: string; next: string; label: string }) {
  const target = next === '/' ? href : `${href}?next=${encodeURIComponent(next)}`
  return (
    <a href={target} className="rounded font-medium text-accent underline underline-offset-4 hover:decoration-2">
      {label}
    </a>
  )
}
