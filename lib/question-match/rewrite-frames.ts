const anyone = '(?:i|one|someone|somebody|anyone|anybody|a person)'
const determiner = '(?:the|a|an|some|any)'
const best = '(?:best|good|right)'
/** Omits words such as "easiest", "cheapest" and "safest", because they make it a different question. */
const way = '(?:best |good )?(?:ways?|methods?)'

/**
 * "You" means any person here, unless it may mean the assistant or its company: how that acts, knows, feels, sees,
 * keeps or has something is a different question.
 */
const notAboutUs =
  '(?!(?:\\S+ly )?(?:work|feel|think|know|learn|remember|store|handle|process|protect|use|answer|respond|reply|generate|decide|choose|understand|translate|train|earn|hear|love|like|see|view|spend|say|collect|keep|sell|charge|ship|deliver|calculate|stay|recommend|suggest|make money)\\b)(?!.*\\b(?:me|my|our|us|i|we|your|yours|yourself)\\b)(?=\\S+ \\S+)'

/**
 * Frames of English questions, each with the frame that represents its kind. No answer depends on the wording of a
 * frame, only on the words that fill it, which keep their order. A frame drops no word on which answers depend
 * ("easiest", "most", "some", "can" and "should") and replaces no content word by another.
 */
const frames = Object.freeze([
  [/\bin order to\b/g, 'to'],
  [
    /\b(who|what|which|where|when|why|how) do you (?:personally )?(?:think|believe|feel) (?=(?:is|are|was|were|will|would|should|can)\b)/g,
    '$1 ',
  ],
  [/(?:^|, )(?:in your opinion|according to you)(?:,|$)/g, ''],
  [/^(?:show|teach) me how to\b/, 'how to'],
  [new RegExp(`\\bhow (?:do|does|can|could) ${anyone} (?:be able to |go about )?`, 'g'), 'how to '],
  [/\bhow (?:i|one) (?:can|could|do)\b/g, 'how to'],
  [new RegExp(`\\bhow (?:do|can|could) you (?:go about )?${notAboutUs}`, 'g'), 'how to '],
  [/^why do you (?:think|believe|feel) (?:that )?(?=\S+ \S)/, 'why '],
  [
    new RegExp(
      `\\b(?:what|which)(?: is| are| be)?(?: ${determiner})* ${way} (?:to|for (?:me|one|someone|a person) to|(?:in which|that) ${anyone} can)\\b`,
      'g',
    ),
    'how to',
  ],
  [new RegExp(`^(?:${determiner} )*${way} to\\b`), 'how to'],
  [new RegExp(`^(?:what|which) (?:is|are) (?:${determiner} )*${way} of (?=\\w{2,}ing\\b)`), 'how to '],
  [/\bwhat (?:can|could) be done to\b/g, 'how to'],
  [/\bhow to (?:tell|know|find out|figure out|determine) (?:if|whether)(?: or not)?\b/g, 'how to know if'],
  [/^(?:is|would) it (?:be )?(?:a good idea|advisable) (?:for (?:me|one|someone) )?to\b/, 'should i'],
  [/^is it (?:better|best) (?:for me )?to (?=.* (?:or|and) )/, 'should i '],
  [
    /^do you (?:really |honestly |personally )?(?:think|believe|feel) (?:that )?((?:(?!if\b|when\b|that\b)\S+ ){1,4}?)(will|would|is|are|can|could|should|has|was|were) /,
    '$2 $1',
  ],
  [/\b(is|are|am) ((?:(?!going\b)\S+ ){0,4}?)going to (?=[a-z]+)/g, 'will $2'],
  [new RegExp(`^(?:is|are) there (?:${determiner} )*${way} (?:to|(?:for me|that i can|i can) to?)\\b`), 'how to'],
  [/^(?:is|will|would) it (?:ever )?(?:be )?(?:at all )?possible (?:for (?:me|one|someone|anyone) )?to\b/, 'can i'],
  [
    /\b(?:how (?:does|do|did|would) it feel(?: like)?|what (?:does|do|would) it feel like|how is it(?: like)?|what is it like) (?=to\b|being\b|having\b)/g,
    'what is it like ',
  ],
  [/\bwhat (?:would|will|could|might|may|can) happen if\b|\bwhat happens if\b|^what if\b/g, 'what happens if'],
  [
    /^what (?:do|did) you think (?:about|of|on)\b|^(?:what (?:is|are)|what's) your (?:personal )?(?:opinion|view|thought|take)s? (?:about|on|of|regarding)\b/,
    'what is the opinion about',
  ],
  [/\b(?:what (?:is|are) the reasons? (?:why|that|because)|why is it that|how come)\b/g, 'why'],
  [
    /\b(can|could|should|does|do|would|must|may|might) one (?=(?:ever )?(?:have|get|do|make|use|be|go|find|take|become|learn|know|start|live|survive|need|buy|see|eat|drink|say|tell|prepare|apply|study|work|help|achieve|earn|save|lose|keep|stop|avoid|improve|deal|expect)\b)/g,
    '$1 i ',
  ],
  [/\bneeds? to\b/g, 'have to'],
  [/\bb\/w\b/g, 'between'],
  [/^(how many .+?) are there\b/g, '$1 are'],
  [/^what (?:(?:is|are) meant|do (?:you|we) mean) by\b/g, 'what is'],
  [/\b(\d+)'s\b/g, '$1s'],
  [/(?:[,.?!;:]* (?:and |or )?(?:if (?:so|yes|not|no),? (?:then )?)?(?:why|how)(?: so| not)?)+$/g, ''],
  [/^(?:in|on|at) (?:which|what) (?!extent|way)/g, 'what '],
  [/^(?:(?:can|could|would) (?:you|someone|somebody|anyone|anybody) )?(?:tell|give) me the /, 'what is the '],
  [/^what to do (?=(?:if|when)\b)/g, 'what should i do '],
  [/^(?:is|will|would) it (?:be )?(?:ok|okay|alright|all right) (?=to\b|if\b|for\b)/g, 'is it ok '],
  [
    /\bhow (?:can|do|could) (?=(?:improve|increase|reduce|get|make|learn|start|become|stop|find|lose|gain)\b)/g,
    'how to ',
  ],
  [/\bhow much (?=(?:hours|days|people|times|calories)\b)/g, 'how many '],
  [/^how many (.+?) (?:do|does) (.+?) (?:have|contain)$/g, 'how many $1 are in $2'],
  [/^should (?:one|someone)\b/g, 'should i'],
  [/^(?:can|could) (?:one|someone|somebody|a person)\b/g, 'can i'],
  [/^(where (?:is|are) .+?) (?:located|situated)\b/g, '$1'],
  [/\b(?:advantage|pro)s? (?:and|or|&) (?:disadvantage|drawback|con)s?\b/g, 'pros and cons'],
  [/^what (?:is|are) the causes? of\b/g, 'what causes'],
  [
    new RegExp(`^(?:when|what) (?:is|are) (?:the |a )?${best} times? (?:for (?:me|one|someone) )?to\\b`),
    'when should i',
  ],
  // "How to treat" is not in this frame, because lodgers and Cinderella can be treated, too.
  [/^what (?:is|are) (?:the |a )?(?:best |good )?treatments? for (.+)$/, 'how is $1 treated'],
  [/^how (?:is|are) (.+) caused$/g, 'what causes $1'],
  [/^(?:for )?what (?:is|are) (.+?) used for\b/g, 'what is the use of $1'],
  [/^what is the cost (?:of|for) (?=\w{3,}ing \S)/, 'how much does it cost to '],
  [/^how expensive is it to\b/, 'how much does it cost to'],
  [/^what do(?:es)? (.+) cost\b/, 'how much does $1 cost'],
  [/^what is the cost of (.+)$/g, 'how much does $1 cost'],
  [/\bhow much time\b/g, 'how long'],
  [/^how (?:is|are) (.+?) different (?:from|than|to) (.+)$/g, 'what is the difference between $1 and $2'],
  [/^(?:how do(?:es)?|what makes) (.+?) (?:differ|different) from (.+)$/g, 'what is the difference between $1 and $2'],
  [
    /^how (?:do|are) (.+? and .+?) (?:differ|different)(?: from (?:each other|one another))?$/g,
    'what is the difference between $1',
  ],
  [/^is there (?:a|any) difference between\b/g, 'what is the difference between'],
  [/^what (?:distinguishes|differentiates) (.+?) from (.+)$/g, 'what is the difference between $1 and $2'],
  [/^who (?:is|was) the (?:author|writer) of\b/g, 'who wrote'],
  [/^who (?:is|was) the inventor of\b/g, 'who invented'],
  [/^who (?:is|was) the founder of\b/g, 'who founded'],
  [/\bwhat is it like (?:to be|being)\b/g, 'what is it like be'],
  [/\bloose weight\b/g, 'lose weight'],
] as const)

/** Replaces the frames of an English question by the representative of their kind. */
export function rewriteFrames(question: string): string {
  let rewritten = question
  for (const [frame, replacement] of frames) rewritten = rewritten.replace(frame, replacement)
  rewritten = rewritten.replace(/(?<=\b(?:how|cost) to )(\w{2,})ing\b/, (_, stem: string) => infinitiveOf(stem))
  return rewritten.replace(/\s+/g, ' ').trim()
}

/**
 * Returns the infinitive of a form in -ing by its stem: "sav" gives "save", "learn" gives "learn". If the spelling is
 * ambiguous, the form must stay unchanged, because "tapping" and "taping" have different meanings.
 */
function infinitiveOf(stem: string): string {
  if (/(?:[vcuz]|[^aeiou][aeiou]k|[^s]s|dg)$/.test(stem)) return `${stem}e`
  if (/(?:^|[^aeiou])[aeiou]([bdgmnprt])\1$/.test(stem)) return stem.slice(0, -1)
  return /(?:[wxy]|[aeiou]{2}[^aeiou]|[^aeiou]{2})$/.test(stem) ? stem : `${stem}ing`
}
