/** The logo. It is decorative, because the product name is always shown beside it or in the page title. */
export function GoldfishMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={className}>
      <path
        className="fill-scale"
        d="M21.2 16c0 4.1-4.4 7.2-9.6 7.2C6.9 23.2 3 19.8 3 16s3.9-7.2 8.6-7.2c5.2 0 9.6 3.1 9.6 7.2z"
      />
      <path
        className="fill-scale opacity-70"
        d="M19.3 16c2.3-2.7 5.2-5.9 8.5-6.5.9-.2 1.5.7 1.1 1.5-.9 1.7-1.5 3.3-1.5 5s.6 3.3 1.5 5c.4.8-.2 1.7-1.1 1.5-3.3-.6-6.2-3.8-8.5-6.5z"
      />
      <path
        className="fill-scale opacity-70"
        d="M10.2 9.2c1.4-2.4 4-3.8 6.7-3.7.7 0 1.1.8.7 1.4-.9 1.2-1.2 2.6-1.1 4.1z"
      />
      <circle cx="8.3" cy="14.3" r="1.5" className="fill-page" />
    </svg>
  )
}
