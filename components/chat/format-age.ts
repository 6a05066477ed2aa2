/** `5 min old`: rough on purpose, the age of a shared answer is only known to the hour. */
export function formatAge(seconds: number): string {
  if (seconds < 60) return 'a moment old'
  if (seconds < 5400) return `${Math.round(seconds / 60)} min old`
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h old`
  return `${Math.round(seconds / 86_400)} days old`
}
