/** The one thing to do about a notice, as a small button inside it. */
export function NoticeAction({ label, onAct }: { label: string; onAct: () => void }) {
  return (
    <button
      type="button"
      onClick={onAct}
      className="rounded-lg border border-current px-2.5 py-1 font-medium hover:bg-danger hover:text-page"
    >
      {label}
    </button>
  )
}
