import { infinitiveOf } from './infinitive-of'

/** Praise that asks for no more than "good" does. "Cheapest" and "fastest" are not among it: they are what is asked. */
const praise =
  '(?:(?:very|most|really) )?(?:best|better|good|great|greatest|ideal|proper|right|correct|effective|efficient|possible|top|easiest|simplest|easy|simple)'
const anyone = '(?:i|we|one|someone|somebody|anyone|anybody|a person)'
const determiner = '(?:the|a|an|any|some|some of the|a few|your|our|my|different|various)'
const way = '(?:ways?|methods?|approach(?:es)?|techniques?|steps|procedure|tips)'
const modal = '(?:do|does|can|could|would|should|shall|might|may|must|will|to)'

/** "You" is anybody here, unless it may be us: what we do, know, feel or keep is another question. */
const notAboutUs =
  '(?!(?:\\S+ly )?(?:work|feel|think|know|learn|remember|store|handle|process|protect|use|answer|respond|reply|generate|decide|choose|understand|translate|train|earn|hear|love|say|collect|keep|sell|charge|ship|deliver|calculate|stay|recommend|suggest|make money)\\b)(?!.*\\b(?:me|my|our|us|i|we)\\b)(?=\\S+ \\S+)'

/**
 * Frames of an English question, each with the one that stands for all of its kind. The wording of a frame changes no
 * answer; what fills it does, and stays where it stood.
 */
const frames = Object.freeze([
  [/\bin order to\b/g, 'to'],
  [
    /\b(who|what|which|where|when|why|how) do you (?:personally )?(?:think|believe|feel) (?=(?:is|are|was|were|will|would|should|can)\b)/g,
    '$1 ',
  ],
  [/(?:^|, )(?:in your opinion|according to you|in general)(?:,|$)/g, ''],
  [/^(?:show|teach) me how to\b/, 'how to'],
  [new RegExp(`\\bhow ${modal} ${anyone} (?:be able to |go about )?`, 'g'), 'how to '],
  [/\bhow (?:i|we|one) (?:can|could|should|do|may)\b/g, 'how to'],
  [new RegExp(`\\bhow (?:do|can|could|would|should) you (?:go about )?${notAboutUs}`, 'g'), 'how to '],
  [/\bhow (?:best )?to (?:best )?/g, 'how to '],
  [/^why do you (?:think|believe|feel) (?:that )?(?=\S+ \S)/, 'why '],
  [/\bwhat (?:kind|type|sort)s? of (?=\S+ \S)/g, 'what '],
  [/\bdifferent (?=(?:type|kind|form|method|way|stage|part|sort|categorie)s\b)/g, ''],
  [
    new RegExp(`\\b(?:what|which) (?:should|can|could|must|shall|do) (?:${anyone}|you) (?:need to )?do to\\b`, 'g'),
    'how to',
  ],
  [
    new RegExp(
      `\\b(?:what|which)(?: is| are| will be| would be| be)?(?: ${determiner})*(?: ${praise})*(?: ${praise})? ${way} (?:to|for (?:me|us|one|someone|a person) to|(?:in which|that) ${anyone} can)\\b`,
      'g',
    ),
    'how to',
  ],
  [new RegExp(`^(?:${determiner} )*(?:${praise} )*${way} to\\b`), 'how to'],
  [
    new RegExp(
      `^(?:what|which) (?:is|are) (?:${determiner} )*(?:${praise} )*(?:${way}|process) (?:of|for|on) (?=\\w{2,}ing\\b)`,
    ),
    'how to ',
  ],
  [/^what (?:is|are) (?:the |a |some )*(?:fast|fastest|quick|quickest) ways? (?:to|of) (.+)$/, 'how to $1 fast'],
  [/^what (?:is|are) (?:the |a |some )*(?:best )?natural ways? (?:to|of) (.+)$/, 'how to $1 naturally'],
  [/\bwhat (?:can|could|should|must) be done to\b/g, 'how to'],
  [
    new RegExp(
      `^what (?:steps|measures|actions?|precautions) (?:(?:should|can|could|must|do) (?:${anyone}|you|people)(?: (?:need|have) to)? take|(?:should|can|could|must) be taken) to\\b`,
    ),
    'how to',
  ],
  [/\bhow to (?:tell|know|find out|figure out|check|see|determine) (?:if|whether)(?: or not)?\b/g, 'how to know if'],
  [
    /^(?:is|would) it (?:be )?(?:a (?:good|smart|wise) idea|wise|advisable|worthwhile|better|best) (?:for (?:me|us|one|someone|people) )?to\b/,
    'should i',
  ],
  [
    /^do you (?:really |honestly |personally )?(?:think|believe|feel) (?:that )?((?:(?!if\b|when\b|that\b)\S+ ){1,4}?)(will|would|is|are|can|could|should|has|was|were) /,
    '$2 $1',
  ],
  [/\b(is|are|am) ((?:(?!going\b)\S+ ){0,4}?)going to (?=[a-z]+)/g, 'will $2'],
  [
    new RegExp(`^(?:is|are) there (?:${determiner} )*(?:${praise} )*${way} (?:to|(?:for me|that i can|i can) to?)\\b`),
    'how to',
  ],
  [/^(?:is|will|would) it (?:ever )?(?:be )?(?:at all )?possible (?:for (?:me|us|someone|one|anyone) )?to\b/, 'can i'],
  [
    /\b(?:how (?:does|do|did|would) it feel(?: like)?|what (?:does|do|would) it feel like|how is it(?: like)?|what is it like) (?=to\b|being\b|having\b)/g,
    'what is it like ',
  ],
  [/^(?:what|how) do(?:es)? ((?!it\b|i\b|you\b).+) feel(?: like)?$/, 'what is it like $1'],
  [/\bwhat (?:would|will|could|might|may|can) happen (?:if|when)\b|\bwhat happens (?:if|when)\b/g, 'what happens if'],
  [
    /^what (?:do|did) (?:you|people) (?:all )?think (?:about|of|on)\b|^(?:what (?:is|are)|what's) your (?:personal )?(?:opinion|view|thought|take)s? (?:about|on|of|regarding)\b|^how do you feel about\b/,
    'what is the opinion about',
  ],
  [/\b(?:what (?:is|are) the (?:main )?reasons? (?:why|that|because)|why is it that|how come)\b/g, 'why'],
  [/\b(what|which) (?:is|are) (?:some|a few|one) of your (?=favou?rite\b)/g, '$1 is your '],
  [/\b(what|which) (is|are) (?:(?:some|a few|few|any|many|all)(?: of)?(?: the| your)? )(?=\S)/g, '$1 $2 the '],
  [
    /\b(what|which) (is|are) (?:the |a |an )?(?:very |all time |all-time )?(?:best|good|great|greatest|top)(?: and best)?(?: possible)? (?=\p{L}{3})(?!(?:for|at|in|to|of|thing)\b)/gu,
    '$1 $2 the best ',
  ],
  [/\b(what|which) (is|are) the most (?=\p{L})/gu, '$1 $2 the '],
  [/\bhow to (?:become|get to be|be)(?: more(?= \S)(?!.* than\b))?\b/g, 'how to be'],
  [/\b(what) (?:should|shall|can|could|must|do|may) (?:i|we|one|you) do\b/g, '$1 should i do'],
  [/\bwhat (?:was|is|would be) it like\b/g, 'what is it like'],
  [/^what (?:would|will|might|could) be\b/g, 'what is'],
  [
    /\b(can|could|should|does|do|would|must|may|might) one (?=(?:ever )?(?:have|get|do|make|use|be|go|find|take|become|learn|know|start|live|survive|need|buy|see|eat|drink|say|tell|prepare|apply|study|work|help|achieve|earn|save|lose|keep|stop|avoid|improve|deal|expect)\b)/g,
    '$1 i ',
  ],
  [/\bthat could\b/g, 'that can'],
  [/\bneeds? to\b/g, 'have to'],
  [/\bb\/w\b/g, 'between'],
  [/\b(?:below|less than)\b/g, 'under'],
  [/\bthinks? of\b/g, 'think about'],
  [/^(how many .+?) are there\b/g, '$1 are'],
  [
    /\b(?:main|major|basic|key|primary|exact|real) (?=(?:difference|reason|purpose|function|use|benefit|advantage|cause|role)s?\b)/g,
    '',
  ],
  [/ (?:so much|that much|a lot)$/g, ''],
  [/^(how (?:is|are) .*?)\blike\b(?= (?:in|at|on|for)\b|$)/g, '$1'],
  [/^what (?:(?:is|are) meant|do (?:you|we) mean) by\b/g, 'what is'],
  [/\b(\d+)'s\b/g, '$1s'],
  [/(?:[,.?!;:]* (?:and |or )?(?:if (?:so|yes|not|no),? (?:then )?)?(?:why|how)(?: so| not)?)+$/g, ''],
  [
    /(?<=\b(?:best|worst|greatest|most|\p{L}{3,}est)\b.*)[, ]+(?:of all time|of all times|ever(?: made| written| created)?|in the (?:whole |entire )?world|so far|to date)$/gu,
    '',
  ],
  [/\b(?:a lot|lots|plenty) of\b/g, 'many'],
  [/^(?:in|on|at|to) (?:which|what) (?!extent|way)/g, 'what '],
  [
    /^(?:(?:can|could) you )?(?:please )?(?:recommend|suggest|name|list) (?:me )?(?:some |any |a |the |a few )?(?:really )?(?:good|best|great|top) /g,
    'what is the best ',
  ],
  [
    /^(?:(?:can|could|would) (?:you|someone|somebody|anyone|anybody) )?(?:tell|give) me (?:the|some|a few|any) /,
    'what is the ',
  ],
  [/^(?:is|are) there (?:any|some|a) (?:really )?(?:good|best|great|top) /g, 'what is the best '],
  [/^are there any (?=\S+ \S)/, 'what are the '],
  [/^what to do (?=(?:if|when)\b)/g, 'what should i do '],
  [/^(?:is|will|would) it (?:be )?(?:ok|okay|alright|all right|fine) (?=to\b|if\b|for\b)/g, 'is it ok '],
  [
    /\bhow (?:can|do|should|could) (?=(?:improve|increase|reduce|get|make|learn|start|become|stop|find|lose|gain)\b)/g,
    'how to ',
  ],
  [/ (?:that|which) can be used (?=for\b|in\b|to\b)/g, ' '],
  [/\bof (?=(?:19|20)\d\d\b)/g, 'in '],
  [/\bstart up\b/g, 'start'],
  [/\bhere (?=on\b|in\b|at\b)/g, ''],
  [/\bhow much (?=(?:hours|days|people|times|calories)\b)/g, 'how many '],
  [/^what if\b/g, 'what happens if'],
  [/^what (is|are) ((?:\S+ ){1,4}?)like\b(?! to\b)(?<!\bit like)/g, 'how $1 $2'],
  [/^how many (.+?) (?:do|does) (.+?) (?:have|contain)$/g, 'how many $1 are in $2'],
  [/^should (?:we|one|you|someone|people)\b/g, 'should i'],
  [/^(?:can|could) (?:we|one|someone|somebody|people|a person)\b/g, 'can i'],
  [/\b(?:some|many|most|so many) (?=people\b)/g, ''],
  [/^where (?:can|could|do|should) (?:i|we|one|someone|you) (?:find|get|buy|purchase)\b/g, 'where can i find'],
  [/^(where (?:is|are) .+?) (?:located|situated)\b/g, '$1'],
  [
    /\b(?:advantage|benefit|merit|positive|upside|pro)s? (?:and|or|&) (?:disadvantage|drawback|demerit|negative|downside|con)s?\b/g,
    'pros and cons',
  ],
  [/^what (?:is|are) the (?:reason|cause)s? (?:of|for|behind)\b/g, 'what causes'],
  [
    /^(?:when|what) (?:is|are|would be|will be) (?:the |a )?(?:best|good|right|ideal|perfect|optimal) times? (?:for (?:me|us|one|someone) )?to\b/,
    'when should i',
  ],
  [/^what (?:is|are) (?:the |a )?(?:best |good )?treatments? for\b/, 'how to treat'],
  [/^how is ((?!the\b|an?\b|my\b|s?he\b).+) treated$/, 'how to treat $1'],
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
  [/^is there (?:a|any) (?:real |big |major )?difference between\b/g, 'what is the difference between'],
  [/^what (?:distinguishes|differentiates) (.+?) from (.+)$/g, 'what is the difference between $1 and $2'],
  [/^who (?:is|was) the (?:author|writer) of\b/g, 'who wrote'],
  [/^who (?:is|was) the inventor of\b/g, 'who invented'],
  [/^who (?:is|was) the founder of\b/g, 'who founded'],
  [/\b(what is it like) (?:to )?(\w{2,}?)(?:ing|e)?\b/g, '$1 $2'],
  [/\b(?:get|getting) rid of\b/g, 'remove'],
  [/\b(?:loose|reduce) weight\b/g, 'lose weight'],
  [/\b(?:via|with the help of|by means of|through the use of)\b/g, 'using'],
  [/\b(?:make|earn) (?=(?:some |more |extra )?money\b)/g, 'earn '],
] as const)

/** An English question with its frames, which may be worded in many ways, each in the one we keep. */
export function rewriteFrames(question: string): string {
  // Where nobody says "I", "your" is anybody's: "ways to improve your English".
  let rewritten = /\b(?:i|me|my|we|us)\b/.test(question) ? question : question.replace(/\byourself\b/g, 'myself')
  for (const [frame, replacement] of frames) rewritten = rewritten.replace(frame, replacement)
  rewritten = rewritten.replace(/(?<=\b(?:how|cost) to )(\w{2,})ing\b/, (_, stem: string) => infinitiveOf(stem))
  if (rewritten !== question && rewritten.startsWith('how to ') && !/\b(?:i|me|my|we|us)\b/.test(question))
    rewritten = rewritten.replace(/\byour\b/g, 'my')
  return rewritten.replace(/\s+/g, ' ').trim()
}
