import type { GuardRule, GuardVerdict } from './guard/guard-verdict'
import { lexicalKey } from './lexical-key'
import { matchGuardOf } from './match-guard'
import { normalizeQuestion } from './normalize-question'

/** Whether a stored answer may be served for a question, with the layer that found it or the rule that rejected it. */
export type MatchDecision =
  | { hit: true; layer: 'exact' | 'words' | 'semantic'; similarity: number | null }
  | { hit: false; rule: GuardRule | 'no_embedder' | 'similarity'; detail: string }

/**
 * Applies the three layers to one stored question. `similarity` is the cosine similarity of the two questions'
 * vectors, or null without an embedder. Used by tests and evaluation scripts: in production, Redis keys and the
 * vector index find the candidates, so both must use the same functions.
 */
export function decideMatch(
  stored: string,
  asked: string,
  similarity: number | null,
  similarityThreshold: number,
): MatchDecision {
  if (normalizeQuestion(stored) === normalizeQuestion(asked)) return { hit: true, layer: 'exact', similarity }
  if (lexicalKey(stored) === lexicalKey(asked)) return { hit: true, layer: 'words', similarity }
  return decideSemanticMatch(stored, similarity, similarityThreshold, matchGuardOf(asked))
}

/**
 * Applies the semantic layer: the similarity must reach the threshold, and the match guard must accept the question.
 */
export function decideSemanticMatch(
  stored: string,
  similarity: number | null,
  similarityThreshold: number,
  guard: (stored: string) => GuardVerdict,
): MatchDecision {
  if (similarity === null) return { hit: false, rule: 'no_embedder', detail: '' }
  // Written as a negation, because a similarity of NaN must not be a hit either.
  if (!(similarity >= similarityThreshold)) return { hit: false, rule: 'similarity', detail: similarity.toFixed(3) }
  const verdict = guard(stored)
  return verdict.match
    ? { hit: true, layer: 'semantic', similarity }
    : { hit: false, rule: verdict.rule, detail: verdict.detail }
}
