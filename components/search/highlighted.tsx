import type { Snippet } from '@/lib/contract/api'

/** A snippet with what was searched for marked in it. */
export function Highlighted({ snippet: { text, matches } }: { snippet: Snippet }) {
  const ends = [0, ...matches.map(([, end]) => end)]
  return (
    <>
      {matches.map(([start, end], index) => (
        <span key={start}>
          {text.slice(ends[index], start)}
          <mark className="rounded-sm bg-transparent font-semibold text-accent">{text.slice(start, end)}</mark>
        </span>
      ))}
      {text.slice(ends.at(-1))}
    </>
  )
}
