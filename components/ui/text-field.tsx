import { type ComponentProps, useId } from 'react'

type TextFieldProps = ComponentProps<'input'> & { label: string; hint?: string; error?: string | undefined }

/** A labeled input with a hint or an error below it. `aria-describedby` links the two for screen readers. */
export function TextField({ label, hint, error, className = '', ...input }: TextFieldProps) {
  const id = useId()
  const description = error ?? hint
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        type="text"
        dir="auto"
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={description === undefined ? undefined : `${id}-note`}
        className="block h-11 w-full rounded-xl border border-edge bg-lift px-3.5 text-base outline-offset-0 rtl:text-right aria-invalid:border-danger"
        {...input}
      />
      {description !== undefined && (
        <p id={`${id}-note`} className={`mt-1.5 text-sm ${error === undefined ? 'text-soft' : 'text-danger'}`}>
          {description}
        </p>
      )}
    </div>
  )
}
