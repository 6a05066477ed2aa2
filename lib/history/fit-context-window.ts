/** Room for the history and the size of the blocks in which it is cut, in estimated tokens. */
export type HistoryBudget = { budgetTokens: number; blockTokens: number; excessTokens: number }

/** No provider is sent more history than this, whatever its window: every token of it is paid for on every turn. */
const mostHistoryTokens = 64_000

/**
 * How much history goes before a question. The budget is what the window leaves after the answer, the prefix and a
 * fixed reserve for the question; turns use it up, and then a block of half its size is cut at once. A block and not a
 * message each turn, and a budget that does not depend on the question, keep the prompt byte-identical from turn to
 * turn in between: that is what providers' prefix caches reward. A question larger than the reserve is the exception;
 * its excess goes off the history.
 */
export function historyBudget(window: {
  contextWindow: number
  maxOutputTokens: number
  prefixTokens: number
  questionTokens: number
}): HistoryBudget {
  const reserve = Math.floor(window.contextWindow / 8)
  const room = window.contextWindow - window.maxOutputTokens - window.prefixTokens - reserve
  const budgetTokens = Math.max(0, Math.min(room, mostHistoryTokens))
  return {
    budgetTokens,
    blockTokens: Math.max(1, Math.floor(budgetTokens / 2)),
    excessTokens: Math.max(0, window.questionTokens - reserve),
  }
}
