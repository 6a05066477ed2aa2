import { useTranslations } from 'use-intl'

/** What is asked is both together; the second half only explains the first. */
const suggestions = ['tides', 'reminder', 'compare', 'todos'] as const

/** Gone as soon as there is text, without the box above moving: their room stays. */
export function Suggestions({ hidden, onPick }: { hidden: boolean; onPick: (text: string) => void }) {
  const t = useTranslations('chat')
  return (
    <ul aria-label={t('suggestions')} className={`mt-4 grid gap-2 sm:grid-cols-2 ${hidden ? 'invisible' : ''}`}>
      {suggestions.map((name) => {
        const title = t(`suggestion.${name}.title`)
        const rest = t(`suggestion.${name}.rest`)
        return (
          <li key={name}>
            <button
              type="button"
              onClick={() => onPick(`${title} ${rest}`)}
              className="h-full w-full rounded-2xl border border-line px-4 py-3 text-start text-sm leading-snug text-soft transition-colors hover:bg-hover hover:text-ink"
            >
              <span className="block font-medium text-ink">{title}</span> {rest}
            </button>
          </li>
        )
      })}
    </ul>
  )
}
