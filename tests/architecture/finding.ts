/** A violated rule: the place, the rule, and how to fix it. */
export type Finding = { file: string; line: number; rule: string; message: string }

export const describeFinding = (finding: Finding) =>
  `${finding.file}:${finding.line}  [${finding.rule}] ${finding.message}`
