import type { OfflineQuestion } from './offline-text'

/** Answers requests for samples of the formatting that the chat can show. */
export function answerMarkdown({ question }: OfflineQuestion): string | null {
  const text = question.toLowerCase()
  // A question like "How do I write a table to disk?" does not request a sample.
  if (
    !/^(?:please|show|give|write|make|draw|print|create|tell|can you|could you|i want|i would like|i'd like)\b/.test(
      text,
    )
  ) {
    if (text.split(/\s+/).length > 6 || /^(?:how|what|why|when|where|who|which|is|are|do|does)\b/.test(text))
      return null
  }
  if (/\bmarkdown\b|\bformatting\b/.test(text)) return [heading, list, quotation, table, code(text)].join('\n\n')
  if (/\btable\b/.test(text)) return `Here is a sample table:\n\n${table}`
  if (/\bcode\b|\bfunction\b|\bprogram\b|\bscript\b/.test(text))
    return `I can’t write programs, but here is a sample:\n\n${code(text)}`
  if (/\bheadings?\b/.test(text)) return heading
  if (/\b(?:bullet|numbered)\b|\ba list\b/.test(text)) return list
  if (/\blong (?:text|answer|reply|story|message)\b|\blorem\b/.test(text)) return longText()
  return null
}

const heading = `# A heading

## A smaller one

Text below it, with **bold**, *italics*, \`code\` and a [link](https://example.com).`

const list = `- one thing
- another
  1. first part
  2. second part
- [x] done
- [ ] not done`

const quotation = '> Goldfish stores its memory in Postgres.'

const table = `| part | remembers | survives a restart |
| --- | :-: | --: |
| the server | nothing | has nothing to lose |
| Postgres | conversations | yes |
| Redis | cached answers | not always |`

const samples = {
  python: ['python', 'def greet(name: str) -> str:\n    return f"Hello, {name}."\n\nprint(greet("world"))'],
  sql: ['sql', "select count(*) as messages\nfrom message\nwhere role = 'user';"],
  bash: ['bash', 'for name in world; do\n  echo "Hello, $name."\ndone'],
  typescript: [
    'typescript',
    "const greet = (name: string): string => 'Hello, ' + name + '.'\n\nconsole.log(greet('world'))",
  ],
} as const

function code(text: string): string {
  const [language, lines] = /\bpython\b/.test(text)
    ? samples.python
    : /\bsql\b/.test(text)
      ? samples.sql
      : /\b(?:bash|shell)\b/.test(text)
        ? samples.bash
        : samples.typescript
  return `\`\`\`${language}\n${lines}\n\`\`\``
}

/** Returns a text that is long enough to watch it stream, to stop it and to scroll. */
function longText(): string {
  const paragraphs = Array.from(
    { length: 12 },
    (_, index) => `**${index + 1}.** This paragraph is filler text. With it you can watch an answer stream, scroll up \
while it grows, stop it, reload the page before it is complete, or open the conversation on another server and see the \
rest arrive there.`,
  )
  return `Here is a long text.\n\n${paragraphs.join('\n\n')}`
}
