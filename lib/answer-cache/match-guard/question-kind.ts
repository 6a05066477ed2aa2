/** What is asked for. `none`: a fragment or a command, which says it otherwise. */
export type QuestionKind = string

const yesOrNo =
  /^(?:is|are|am|was|were|do|does|did|can|could|will|would|shall|should|may|might|must|has|have|had|whether)\b/
const asker =
  /(?:^|[,:;.?!] ?)(?:and |so |then )?(how to|how (?:many|much|long|far|often|old|big|tall|fast|high|deep|heavy|large|small)|what|which|who|whom|whose|when|where|why|how)\b/

/** "VoIP is legal in India?" */
const statement = /^(?!(?:please|i|my|we|the way|best|how)\b)(?:the )?\S+ (?:\S+ )?(?:is|are|was|were) \S+/

/** Of a yes-or-no question also by which right: being able to is not being obliged to. */
export function questionKind(question: string): QuestionKind {
  const first = asker.exec(question)
  if (first && (first.index === 0 || !yesOrNo.test(question)))
    return first[1] === 'which' ? 'what' : (first[1] ?? 'none')
  const auxiliary = yesOrNo.exec(question)?.[0]
  if (!auxiliary) return first?.[1] ?? (statement.test(question) ? 'whether' : 'none')
  if (/^(?:can|could|may|might)$/.test(auxiliary)) return 'whether one can'
  return /^(?:shall|should|must)$/.test(auxiliary) ? 'whether one should' : 'whether'
}

/** An answer to "how" answers "can one" too, and a fragment leaves open which it is. */
const alike = Object.freeze(
  [
    ['none', 'what'],
    ['none', 'how to'],
    ['how to', 'how', 'whether one can'],
    ['whether', 'whether one can'],
    ['how many', 'how much'],
    ['where', 'what'],
    ['who', 'what'],
  ].map((kinds) => Object.freeze(kinds)),
)

/** Whether two kinds may get one answer: the same, or such as are asked for each other. */
export function areKindsAlike(a: QuestionKind, b: QuestionKind): boolean {
  if (a === b) return true
  return alike.some((kinds) => kinds.includes(a) && kinds.includes(b))
}
