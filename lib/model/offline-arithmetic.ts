import { evaluateArithmetic } from './evaluate-arithmetic'
import type { OfflineQuestion } from './offline-question'

const introduction = /^(?:what(?:'s| is| are)|how much (?:is|are)|calculate|compute|solve|evaluate)\s+/i

/** Does a sum, if the whole question is one. */
export function answerArithmetic({ question }: OfflineQuestion): string | null {
  const expression = question.replace(introduction, '').replace(/[\s?=.!]+$/, '')
  // 2026-11-21 is a date, and nobody wants to know that it is 1994.
  const value = /^\d{4}-\d\d-\d\d$/.test(expression) ? null : evaluateArithmetic(expression)
  if (value === null) return null
  if (!Number.isFinite(value))
    return `\`${expression}\` has no value that I could write down: it divides by zero, or is too large.`
  return `\`${expression}\` is **${written(value)}**.`
}

/** Twelve digits: what a reader expects of 0.1 + 0.2. */
const written = (value: number) => String(Number(value.toPrecision(12)))
