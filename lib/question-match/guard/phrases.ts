/** Phrases that mean the same as one word. They must be replaced before a question is split into words. */
const phrases = Object.freeze([
  [
    /\b(?:turn|turning|switch|switching|turned|switched) (on|off)\b/g,
    (_: string, side: string) => (side === 'on' ? 'enable' : 'disable'),
  ],
  [/\b(?:turn|switch) (?=((?:\S+ ){1,4})(on|off)\b)/g, 'switch '],
  [/\b(?:send|give|bring|take) back\b/g, 'return'],
  [/\btakes? place\b/g, 'happen'],
  [/\b(?:deal|dealing|cope|coping) with\b/g, 'handle'],
  [/\bhair ?fall(?:ing)?\b/g, 'hair loss'],
  [/\b(?:make|making|made) use of\b/g, 'use'],
  [/\b(?:make|making|take|taking) (?:a|the|any) decisions?\b/g, 'decide'],
  [/\b(?:get|getting|got) over\b/g, 'overcome'],
  [/\bthrow(?:s|ing)? up\b/g, 'vomit'],
  [/\bpass(?:es|ed)? away\b/g, 'die'],
  [
    /\b(?:that (?:is|are) |which (?:is|are) )?worth (?:watching|reading|visiting|seeing|trying|buying|having|knowing)\b/g,
    'good',
  ],
  [/\bmust[- ](?=(?:watch|read|see|visit|have|try)\b)/g, 'best '],
  [/\b(?:at all(?! \w)|in the first place|once and for all)\b/g, ''],
  [/\ball the time\b/g, 'always'],
  [/\b(?:every ?day|each day|on a daily basis)\b/g, 'daily'],
  [/\b(?:these days|nowadays|right now|at the moment|at present)\b|\bnow$/g, 'currently'],
  [/\ball (?:over|around|across) the world\b/g, 'worldwide'],
  [/\ball (?:kinds|sorts|types) of\b/g, 'various'],
  [/\b(?:find|figure) out\b/g, 'find'],
  [/\b(?:log|sign)(?:ging)? in(?:to)?\b/g, 'login'],
  [/\b(?:log|sign)(?:ging)? (?:out|off)\b/g, 'logout'],
  [/\bset(?:ting)? up\b/g, 'setup'],
  [/\blook(?:ing)? for\b/g, 'find'],
  [/\bgiv(?:e|ing) up\b/g, 'quit'],
  [/\bmak(?:e|ing) sure\b/g, 'ensure'],
  [/\bchief executive(?: officer)?\b/g, 'ceo'],
  [/\b(?:other than|apart from|aside from|but not|excluding)\b/g, 'except'],
  [/\bprior to\b/g, 'before'],
  [/\b(?:more|greater|higher) than (?=\d)/g, 'over '],
  [/\bas (?:long as|soon as)\b/g, 'if'],
  [/\bor not\b/g, ''],
  [/\b(?:isn't|aren't|don't|doesn't) (?:it|they|you)$/g, ''],
  [/\bno one\b/g, 'nobody'],
  [/^(?:check|tell me|find out|say|i want to know) (?:if|whether) /g, 'whether '],
  // "Can you list …" is a request and not a question about ability.
  [
    /^(?:can|could|would|will) you (?:please )?(?=(?:give|show|list|write|explain|describe|tell|name|suggest|recommend|find|translate|summarize|draft|plan|create|make|help)\b)/g,
    '',
  ],
  [/^what makes (?=.+ (?:so|such)\b)/g, 'why '],
  [/^what is the (?:main )?reason (?:why |that |for |behind )?/g, 'why '],
  [/^is it (?:true|a fact) that /g, 'whether '],
  [/^(?:am|is|are) (?:i|we|one|you|people) (?:able|allowed|permitted) to\b/g, 'can i'],
  [/\b(?:is|are|was|were) able to\b/g, 'can'],
] as const)

/** Replaces phrases of a normalized English question by single words with the same meaning. */
export function foldMeaningPhrases(question: string): string {
  let folded = question
  for (const [phrase, word] of phrases)
    folded = typeof word === 'string' ? folded.replace(phrase, word) : folded.replace(phrase, word)
  return folded.replace(/\s+/g, ' ').trim()
}
