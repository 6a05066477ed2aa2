/** Questions about wording: here an article, an apostrophe or a plural is what is asked about. */
const pattern =
  /\b(?:spell|spelling|spelled|spelt|pronounced?|pronunciation|grammar|grammatical(?:ly)?|plurals?|singular|apostrophe|contraction|articles?|letters?|typos?|rhymes?|anagrams?|synonyms?|(?<!\b(?:into|to|in|ms|microsoft) )words?|sentences?|phrases?|proofread|rewrite|rephrase|paraphrase|translat(?:e|ion)|how (?:\S+ ){0,2}say|saying|abbreviations?|acronyms?|define|definition|meaning|stands? for|short for|correct this|fix this)\b|\bdo(?:es)? (?!(?:you|we) mean by\b)(?:\S+ ){1,2}mean\b/

/** The words by which a question in small letters shows that it asks about wording; null where it does not. */
export const aboutWording = (question: string): string | null => pattern.exec(question)?.[0] ?? null
