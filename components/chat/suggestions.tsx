/** What is asked is both together; the second half only explains the first. */
const suggestions = [
  { title: 'Explain how tides work', rest: 'to a curious ten-year-old' },
  { title: 'Write a friendly reminder', rest: 'about an unpaid invoice' },
  { title: 'Compare Postgres and Redis', rest: 'in a short table' },
  { title: 'Plan a rainy Saturday', rest: 'in Hamburg, for two' },
] as const

/** Gone as soon as there is text, without the box above moving: their room stays. */
export function Suggestions({ hidden, onPick }: { hidden: boolean; onPick: (text: string) => void }) {
  return (
    <ul aria-label="Suggestions" className={`mt-4 grid gap-2 sm:grid-cols-2 ${hidden ? 'invisible' : ''}`}>
      {suggestions.map(({ title, rest }) => (
        <li key={title}>
          <button
            type="button"
            onClick={() => onPick(`${title} ${rest}`)}
            className="h-full w-full rounded-2xl border border-line px-4 py-3 text-left text-sm leading-snug text-soft transition-colors hover:bg-hover hover:text-ink"
          >
            <span className="block font-medium text-ink">{title}</span> {rest}
          </button>
        </li>
      ))}
    </ul>
  )
}
