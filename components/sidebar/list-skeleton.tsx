const widths = ['w-4/5', 'w-3/5', 'w-11/12', 'w-2/3', 'w-3/4']

export function ListSkeleton() {
  return (
    <div role="status" className="animate-pulse space-y-4 px-3 pt-2">
      <span className="sr-only">Loading your chats…</span>
      {widths.map((width) => (
        <div key={width} className={`h-4 rounded bg-hover ${width}`} />
      ))}
    </div>
  )
}
