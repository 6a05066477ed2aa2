/**
 * The verb of a form in -ing, by what stands before the ending: "sav" is save, "learn" learn. Only where the spelling leaves
 * no choice; else the form stays as it is, for "tapping" and "taping" are two things.
 */
export function infinitiveOf(stem: string): string {
  if (/(?:[vcuz]|[^aeiou][aeiou]k|[^s]s|dg)$/.test(stem)) return `${stem}e`
  if (/(?:^|[^aeiou])[aeiou]([bdgmnprt])\1$/.test(stem)) return stem.slice(0, -1)
  return /(?:[wxy]|[aeiou]{2}[^aeiou]|[^aeiou]{2})$/.test(stem) ? stem : `${stem}ing`
}
