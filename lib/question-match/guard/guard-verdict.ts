/** The rules by which the match guard can reject a pair of questions. */
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

export type GuardVerdict = { match: true } | { match: false; rule: GuardRule; detail: string }

/** The result of one rule: null if it accepts, else the rule and the words that caused the rejection. */
export type Objection = { rule: GuardRule; detail: string } | null
