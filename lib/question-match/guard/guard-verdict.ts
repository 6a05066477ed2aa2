/** Why two questions may not share an answer, by the rule that said so. */
export type GuardRule =
  | 'too_long'
  | 'language'
  | 'wording'
  | 'follow_up'
  | 'too_short'
  | 'number'
  | 'unit'
  | 'date'
  | 'negation'
  | 'antonym'
  | 'direction'
  | 'question_kind'
  | 'tense'
  | 'person'
  | 'name'
  | 'exchanged'
  | 'added'
  | 'order'

/** What the guard says of two questions. */
export type GuardVerdict = { match: true } | { match: false; rule: GuardRule; detail: string }

/** What one rule says: nothing, or the detail on which it refuses. */
export type Objection = { rule: GuardRule; detail: string } | null
