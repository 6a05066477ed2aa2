import type { ComponentProps } from 'react'

const looks = {
  primary: 'bg-accent text-on-accent hover:opacity-90',
  quiet: 'border border-line bg-lift text-ink hover:bg-hover',
  danger: 'border border-line bg-lift text-danger hover:bg-danger-ground',
}

type ButtonProps = ComponentProps<'button'> & { look?: keyof typeof looks }

/** A button with words on it. `type` defaults to `button`, so that none submits a form by accident. */
export function Button({ look = 'primary', type = 'button', className = '', ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={`inline-flex min-h-10 items-center justify-center gap-2 rounded-xl px-4 text-sm font-medium transition-colors disabled:opacity-60 ${looks[look]} ${className}`}
      {...rest}
    />
  )
}
