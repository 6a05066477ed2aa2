/** A broken rule: where, which, and what to do about it. */
export type Finding = { file: string; line: number; rule: string; message: string }

export const describeFinding = (finding: Finding) =>
  `${finding.file}:${finding.line}  [${finding.rule}] ${finding.message}`
