const irregular: Readonly<Record<string, string>> = Object.freeze({
  "can't": 'can not',
  cannot: 'can not',
  "won't": 'will not',
  "shan't": 'shall not',
  "ain't": 'is not',
  "let's": 'let us',
  gonna: 'going to',
  wanna: 'want to',
})

/** Written without the apostrophe, and no other word ("were", "well", "its", "wont" are). */
const bareNegation = /\b(do|does|did|is|are|was|were|have|has|had|could|should|would)nt\b/g
const bareIs = /\b(what|where|who|how|that)s\b/g

/**
 * Opens the contractions of a normalised English text: "what's" is "what is", "shouldn't" is "should not". A possessive
 * loses its s ("Bernoulli's equation" is "Bernoulli equation", as it is often written).
 */
export function openContractions(text: string): string {
  return text
    .replace(/\b[a-z']+\b/g, (word) => (Object.hasOwn(irregular, word) ? (irregular[word] ?? word) : word))
    .replace(/\b([a-z]+)n't\b/g, '$1 not')
    .replace(bareNegation, '$1 not')
    .replace(/\b(what|who|where|when|why|how|that|it|there|here|he|she|which|this)'s\b/g, '$1 is')
    .replace(bareIs, '$1 is')
    .replace(/\bi'?m\b/g, 'i am')
    .replace(/\b([a-z]+)'re\b/g, '$1 are')
    .replace(/\b([a-z]+)'ve\b/g, '$1 have')
    .replace(/\b([a-z]+)'ll\b/g, '$1 will')
    .replace(/\b(i|you|he|she|it|we|they|who|what|how|where|why)'d\b/g, '$1 would')
    .replace(/([a-z])'s\b/g, '$1')
    .replace(/([a-z]s)'(?=\s|$)/g, '$1')
}
