'use client'

import { useId } from 'react'

/** `language` is the language of the name if it differs from the language of the page. */
type Choice<Value extends string> = { value: Value; name: string; description?: string; language?: string }

type ChoiceCardsProps<Value extends string> = {
  legend: string
  choices: readonly Choice<Value>[]
  value: Value
  onChange: (value: Value) => void
}

/**
 * A choice among a few options with descriptions. Native radio buttons provide arrow keys and screen reader
 * support.
 */
export function ChoiceCards<Value extends string>({ legend, choices, value, onChange }: ChoiceCardsProps<Value>) {
  const group = useId()
  return (
    <fieldset>
      <legend className="mb-3 text-lg font-semibold">{legend}</legend>
      <div
        className={`grid gap-2 ${choices.some((choice) => choice.description) ? '' : choices.length === 4 ? 'sm:grid-cols-2' : 'sm:grid-cols-3'}`}
      >
        {choices.map((choice) => (
          <label
            key={choice.value}
            className="flex items-start gap-3 rounded-xl border border-line px-4 py-3 has-checked:border-accent has-checked:bg-rail hover:bg-rail has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={group}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
              className="mt-1 size-4 shrink-0 accent-accent outline-none"
            />
            <span>
              <span lang={choice.language} className="font-medium">
                {choice.name}
              </span>
              {choice.description !== undefined && (
                <span className="block text-sm text-soft">{choice.description}</span>
              )}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
