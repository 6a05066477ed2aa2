/**
 * Maps highlight.js's language names to the names that may follow a code fence. Only these names are part of the
 * page; the grammar of a language is loaded with the first block in that language.
 */
const names = {
  bash: 'bash sh zsh console shellsession',
  c: 'c h',
  cpp: 'cpp c++ cc hpp cxx',
  csharp: 'csharp cs c#',
  css: 'css',
  dart: 'dart',
  diff: 'diff patch',
  dockerfile: 'dockerfile docker',
  elixir: 'elixir ex exs',
  go: 'go golang',
  graphql: 'graphql gql',
  haskell: 'haskell hs',
  ini: 'ini toml conf',
  java: 'java',
  javascript: 'javascript js jsx mjs cjs node',
  json: 'json jsonc json5 jsonl',
  kotlin: 'kotlin kt kts',
  latex: 'latex tex',
  lua: 'lua',
  makefile: 'makefile make mk',
  markdown: 'markdown md mdx',
  nginx: 'nginx',
  perl: 'perl pl',
  php: 'php',
  powershell: 'powershell ps1 pwsh',
  python: 'python py python3 ipython',
  r: 'r',
  ruby: 'ruby rb',
  rust: 'rust rs',
  scala: 'scala',
  scss: 'scss sass less',
  sql: 'sql postgres postgresql mysql sqlite plpgsql',
  swift: 'swift',
  typescript: 'typescript ts tsx mts cts',
  xml: 'xml html xhtml svg vue svelte',
  yaml: 'yaml yml',
} as const

export type CodeLanguage = keyof typeof names

const byName = new Map(
  Object.entries(names).flatMap(([language, all]) => all.split(' ').map((name) => [name, language as CodeLanguage])),
)

export const findCodeLanguage = (name: string): CodeLanguage | null => byName.get(name.toLowerCase()) ?? null
