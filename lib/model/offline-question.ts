/** What a rule sees. `earlier` are the user's messages before the question, oldest first. */
export type OfflineQuestion = { question: string; earlier: readonly string[] }
export type OfflineRule = (asked: OfflineQuestion) => string | null
