/** The maximum for counting up or down. */
const maxCount = 200

/** Answers requests to count, to repeat or reverse a text, or to change its case. */
export function answerText({ question }: OfflineQuestion): string | null {
  return countNumbers(question) ?? countInText(question) ?? changeText(question)
}

function countNumbers(question: string): string | null {
  const up = question.match(/\bcount (?:up )?to (\d{1,6})\b/i)?.[1]
  const down = question.match(/\bcount down from (\d{1,6})\b/i)?.[1]
  const end = up ?? down
  if (end === undefined) return null
  const last = Math.min(Number(end), maxCount)
  const numbers = Array.from({ length: last }, (_, index) => index + 1)
  const line = (up ? numbers : numbers.reverse()).join(', ')
  return Number(end) > last ? `${line} … and I stop at ${maxCount}.` : line || 'There is nothing to count.'
}

function countInText(question: string): string | null {
  const [, what = '', letter, argument] =
    question.match(
      /\bhow many (?:(words|characters)|(?:letters?\s+)?["'“”‘’]?(\p{L})["'“”‘’]?(?:'s|s|-s)?) (?:are |is )?(?:there )?in:?\s+([\s\S]+)/iu,
    ) ?? []
  if (argument === undefined) return null
  const text = unquoted(argument)
  if (letter) {
    const count = [...text.toLowerCase()].filter((character) => character === letter.toLowerCase()).length
    return `**${count}** × ${letter.toLowerCase()} in *${text}*.`
  }
  const count = what.toLowerCase() === 'words' ? text.split(/\s+/).filter(Boolean).length : [...text].length
  return `**${count}** ${what.toLowerCase()}.`
}

function changeText(question: string): string | null {
  const [, command = '', argument = ''] =
    question.match(/^(repeat(?: after me)?|say|echo|reverse|upper ?case|lower ?case)[:\s]+([\s\S]+)$/i) ?? []
  const text = unquoted(argument)
  switch (command.toLowerCase().replace(' ', '')) {
    case '':
      return null
    case 'reverse':
      return [...text].reverse().join('')
    case 'uppercase':
      return text.toUpperCase()
    case 'lowercase':
      return text.toLowerCase()
    default:
      return text
  }
}

const unquoted = (text: string) =>
  text
    .trim()
    .replace(/^["“„']([\s\S]*)["”“']\s*[?.!]?$/, '$1')
    .replace(/\?$/, '')

/** The input of a rule. `earlier` are the user's messages before the question, oldest first. */
export type OfflineQuestion = { question: string; earlier: readonly string[] }
export type OfflineRule = (input: OfflineQuestion) => string | null

/** Greetings and the replies to them, in the same language. */
const greetings: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:hello|hi|hey|good (?:morning|afternoon|evening))\b/i,
    'Hello! I am the offline model of Goldfish: a few rules, no language model. Ask me *what can you do?*',
  ],
  [
    /^(?:hallo|guten (?:tag|morgen|abend)|moin|servus)\b/i,
    'Hallo! Ich bin das eingebaute Offline-Modell von Goldfish: ein paar Regeln, kein Sprachmodell.',
  ],
  [
    /^(?:bonjour|salut|bonsoir)\b/i,
    'Bonjour ! Je suis le modèle hors ligne de Goldfish : quelques règles, pas un modèle de langage.',
  ],
  [
    /^¡?(?:hola|buenos días|buenas tardes)/i,
    '¡Hola! Soy el modelo sin conexión de Goldfish: unas pocas reglas, no un modelo de lenguaje.',
  ],
  [
    /^(?:olá|oi|bom dia|boa tarde)/i,
    'Olá! Sou o modelo offline do Goldfish: algumas regras, não um modelo de linguagem.',
  ],
  [
    /^(?:ciao|salve|buongiorno)\b/i,
    'Ciao! Sono il modello offline di Goldfish: poche regole, non un modello linguistico.',
  ],
  [/^(?:hoi|goedemorgen|goedendag)\b/i, 'Hoi! Ik ben het offline model van Goldfish: een paar regels, geen taalmodel.'],
  [/^(?:hej|hejsan|god dag)\b/i, 'Hej! Jag är Goldfishs inbyggda offlinemodell: några regler, ingen språkmodell.'],
  [/^(?:cześć|dzień dobry)/i, 'Cześć! Jestem wbudowanym modelem offline Goldfisha: kilka reguł, żaden model językowy.'],
  [/^(?:привет|здравствуй)/i, 'Привет! Я встроенная офлайн-модель Goldfish: несколько правил, а не языковая модель.'],
  [
    /^(?:こんにちは|おはよう|こんばんは)/,
    'こんにちは！Goldfish 内蔵のオフラインモデルです。いくつかの規則だけで、言語モデルではありません。',
  ],
  [/^(?:你好|您好)/, '你好！我是 Goldfish 内置的离线模型：只有几条规则，不是语言模型。'],
  [/^안녕/, '안녕하세요! Goldfish에 내장된 오프라인 모델입니다. 몇 가지 규칙일 뿐, 언어 모델은 아닙니다.'],
]

/** Answers greetings, other courtesies and questions about the model itself. */
export function answerGreeting({ question }: OfflineQuestion): string | null {
  if (
    /\b(?:who|what) are you\b|\bare you (?:an? )?(?:ai|bot|human|real|language model|llm|chatgpt|claude)\b/i.test(
      question,
    )
  )
    return `I am the **offline model** that is built into Goldfish. I am not a language model. I answer with a few rules, so that you can try the app without an API key. I can:

${offlineAbilities}`
  if (/\bwhat can you do\b|^help\W*$/i.test(question)) return `I can:\n\n${offlineAbilities}`
  if (/^(?:thanks|thank you|merci|danke|gracias|obrigad[oa])\b/i.test(question)) return 'You are welcome.'
  if (/^(?:bye|goodbye|see you)\b/i.test(question)) return 'Goodbye. Your conversation is saved.'
  if (/\b(?:what time|what day|today's date|the date|current time)\b/i.test(question))
    return 'I have no clock. I always give the same answer to the same question.'
  // A longer text that begins with a greeting is a question.
  return question.length <= 40 ? (greetings.find(([greeting]) => greeting.test(question))?.[1] ?? null) : null
}

/** A list of what the built-in model can do, and how to connect another model. It is shown to the user. */
export const offlineAbilities = `- keep your todo list: *add milk and bread to my list*, *tick milk off*, *what is on my list?*, *delete bread*
- remember this conversation: *my name is Ada*, *what is my name?*, *what did I ask before?*
- calculate: \`(3 + 4) * 2^5\`
- count: *count to 10*, *how many r are in strawberry?*
- show sample answers: *a table*, *a code block in Python*, *a list of 5 fruits*, *a long text*

For real answers, choose another model. To connect one, set \`CHAT_MODEL\` and a provider's API key, and restart Goldfish.`
