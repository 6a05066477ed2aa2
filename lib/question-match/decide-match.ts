import type { GuardRule, GuardVerdict } from './guard/guard-verdict'
import { lexicalKey } from './lexical-key'
import { matchGuardOf } from './match-guard'
import { normalizeQuestion } from './normalize-question'

/** Whether a stored answer is given to a question: in which layer it was found, or what kept it back. */
export type MatchDecision =
  | { hit: true; layer: 'exact' | 'words' | 'semantic'; similarity: number | null }
  | { hit: false; rule: GuardRule | 'no_embedder' | 'similarity'; detail: string }

/**
 * The three layers on one stored question. `similarity` is the cosine of the two questions' vectors, null without an
 * embedder. In production the keys and the index find the candidates; here the same functions judge a given pair.
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

/** The last layer alone: near enough for the embedder, and nothing that the guard of what is asked objects to. */
export function decideSemanticMatch(
  stored: string,
  similarity: number | null,
  similarityThreshold: number,
  guard: (stored: string) => GuardVerdict,
): MatchDecision {
  if (similarity === null) return { hit: false, rule: 'no_embedder', detail: '' }
  // Not "below": a similarity that is not a number is no hit either.
  if (!(similarity >= similarityThreshold)) return { hit: false, rule: 'similarity', detail: similarity.toFixed(3) }
  const verdict = guard(stored)
  return verdict.match
    ? { hit: true, layer: 'semantic', similarity }
    : { hit: false, rule: verdict.rule, detail: verdict.detail }
}
