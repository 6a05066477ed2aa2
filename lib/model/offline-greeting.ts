import { offlineAbilities } from './offline-abilities'
import type { OfflineQuestion } from './offline-question'

/** Greeting → what it is answered with, in its own language. */
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

/** What one says to be polite, and what it says of itself. */
export function answerGreeting({ question }: OfflineQuestion): string | null {
  if (
    /\b(?:who|what) are you\b|\bare you (?:an? )?(?:ai|bot|human|real|language model|llm|chatgpt|claude)\b/i.test(
      question,
    )
  )
    return `I am the **offline model** that comes with Goldfish. I am not a language model: a few rules answer you, so that the app can be tried without a key. I can

${offlineAbilities}`
  if (/\bwhat can you do\b|^help\W*$/i.test(question)) return `I can\n\n${offlineAbilities}`
  if (/^(?:thanks|thank you|merci|danke|gracias|obrigad[oa])\b/i.test(question)) return 'You are welcome.'
  if (/^(?:bye|goodbye|see you)\b/i.test(question)) return 'Goodbye. The conversation stays where it is.'
  if (/\b(?:what time|what day|today's date|the date|current time)\b/i.test(question))
    return 'I have no clock: the same question always gets the same answer from me.'
  // A greeting with a question behind it is a question.
  return question.length <= 40 ? (greetings.find(([greeting]) => greeting.test(question))?.[1] ?? null) : null
}
