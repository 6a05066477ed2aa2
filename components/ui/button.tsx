import type { ComponentProps } from 'react'

const variants = {
  primary: 'bg-accent text-on-accent hover:opacity-90',
  quiet: 'border border-line bg-lift text-ink hover:bg-hover',
  danger: 'border border-line bg-lift text-danger hover:bg-danger-ground',
}

type ButtonProps = ComponentProps<'button'> & { variant?: keyof typeof variants }

/**
 * A button with text. `type` defaults to `button`, because the HTML default `submit` would submit a surrounding
 * form.
 */
export function Button({ variant = 'primary', type = 'button', className = '', ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={`inline-flex min-h-10 items-center justify-center gap-2 rounded-xl px-4 text-sm font-medium transition-colors disabled:opacity-60 ${variants[variant]} ${className}`}
      {...rest}
    />
  )
}

type IconButtonProps = Omit<ComponentProps<'button'>, 'aria-label'> & { label: string }

/** A button that shows only an icon. `label` is its accessible name and its tooltip. */
export function IconButton({ label, type = 'button', className = '', ...rest }: IconButtonProps) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={`inline-grid size-9 shrink-0 place-items-center rounded-lg text-soft transition-colors hover:bg-hover hover:text-ink ${className}`}
      {...rest}
    />
  )
}
