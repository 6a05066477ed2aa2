import { useId } from 'react'

const shortcuts = [
  ['Ctrl/⌘ + Shift + O', 'New chat'],
  ['Shift + Esc', 'To the message box'],
  ['Ctrl/⌘ + Shift + C', 'Copy the last answer'],
] as const

export function ShortcutsSetting({ value, onChange }: { value: boolean; onChange: (value: boolean) => void }) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="mb-3 text-lg font-semibold">
        Keyboard shortcuts
      </h2>
      <label className="flex w-fit items-center gap-3">
        <input
          type="checkbox"
          checked={value}
          onChange={(event) => onChange(event.target.checked)}
          className="size-4 accent-accent"
        />
        Use keyboard shortcuts
      </label>
      <dl className="mt-3 grid w-fit grid-cols-[auto_auto] gap-x-6 gap-y-1 text-sm">
        {shortcuts.map(([keys, what]) => (
          <div key={keys} className="contents">
            <dt className="font-mono text-soft">{keys}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
