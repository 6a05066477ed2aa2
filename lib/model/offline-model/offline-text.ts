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
    'Hello! I’m the built-in demo model of Goldfish. I follow a few rules; I’m not a language model. Ask me *what can you do?*',
  ],
  [
    /^(?:hallo|guten (?:tag|morgen|abend)|moin|servus)\b/i,
    'Hallo! Ich bin das eingebaute Demo-Modell von Goldfish. Ich folge ein paar Regeln und bin kein Sprachmodell.',
  ],
  [
    /^(?:bonjour|salut|bonsoir)\b/i,
    'Bonjour ! Je suis le modèle de démonstration intégré à Goldfish. J’applique quelques règles et je ne suis pas un modèle de langage.',
  ],
  [
    /^¡?(?:hola|buenos días|buenas tardes)/i,
    '¡Hola! Soy el modelo de demostración integrado en Goldfish. Sigo unas pocas reglas; no soy un modelo de lenguaje.',
  ],
  [
    /^(?:olá|oi|bom dia|boa tarde)/i,
    'Olá! Sou o modelo de demonstração integrado ao Goldfish. Sigo algumas regras; não sou um modelo de linguagem.',
  ],
  [
    /^(?:ciao|salve|buongiorno)\b/i,
    'Ciao! Sono il modello dimostrativo integrato in Goldfish. Seguo poche regole; non sono un modello linguistico.',
  ],
  [
    /^(?:hoi|goedemorgen|goedendag)\b/i,
    'Hoi! Ik ben het ingebouwde demomodel van Goldfish. Ik volg een paar regels en ben geen taalmodel.',
  ],
  [
    /^(?:hej|hejsan|god dag)\b/i,
    'Hej! Jag är Goldfishs inbyggda demomodell. Jag följer några regler och är ingen språkmodell.',
  ],
  [
    /^(?:cześć|dzień dobry)/i,
    'Cześć! Jestem wbudowanym modelem demonstracyjnym Goldfish. Działam według kilku reguł i nie jestem modelem językowym.',
  ],
  [
    /^(?:привет|здравствуй)/i,
    'Привет! Я встроенная демо-модель Goldfish. Я работаю по нескольким правилам и не являюсь языковой моделью.',
  ],
  [
    /^(?:こんにちは|おはよう|こんばんは)/,
    'こんにちは！Goldfish に内蔵されたデモモデルです。いくつかのルールで動いており、言語モデルではありません。',
  ],
  [/^(?:你好|您好)/, '你好！我是 Goldfish 内置的演示模型，只按几条规则回答，不是语言模型。'],
  [/^안녕/, '안녕하세요! Goldfish에 내장된 데모 모델입니다. 몇 가지 규칙에 따라 답하며 언어 모델은 아닙니다.'],
]

/** Answers greetings, other courtesies and questions about the model itself. */
export function answerGreeting({ question }: OfflineQuestion): string | null {
  if (
    /\b(?:who|what) are you\b|\bare you (?:an? )?(?:ai|bot|human|real|language model|llm|chatgpt|claude)\b/i.test(
      question,
    )
  )
    return `I'm the built-in **demo model** of Goldfish. I follow a few rules and I'm not a language model, so you can try the app without an API key. I can:

${offlineAbilities}`
  if (/\bwhat can you do\b|^help\W*$/i.test(question)) return `I can:\n\n${offlineAbilities}`
  if (/^(?:thanks|thank you|merci|danke|gracias|obrigad[oa])\b/i.test(question)) return 'You’re welcome.'
  if (/^(?:bye|goodbye|see you)\b/i.test(question)) return 'Goodbye. Your chat is saved.'
  if (/\b(?:what time|what day|today's date|the date|current time)\b/i.test(question))
    return 'I have no clock, so I can’t tell you the time or the date.'
  // A longer text that begins with a greeting is a question.
  return question.length <= 40 ? (greetings.find(([greeting]) => greeting.test(question))?.[1] ?? null) : null
}

/** A list of what the built-in model can do, and how to connect another model. It is shown to the user. */
export const offlineAbilities = `- keep your todo list: *add milk and bread to my list*, *tick milk off*, *what is on my list?*, *delete bread*
- remember this chat: *my name is Ada*, *what is my name?*, *what did I ask before?*
- calculate: \`(3 + 4) * 2^5\`
- count: *count to 10*, *how many r are in strawberry?*
- show sample answers: *a table*, *a code block in Python*, *a list of 5 fruits*, *a long text*

For real answers, choose another model. To connect one, set \`CHAT_MODEL\` and a provider's API key, then restart Goldfish.`
