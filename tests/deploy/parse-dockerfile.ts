export type Instruction = { line: number; name: string; value: string }
export type Stage = { image: string; name: string; instructions: Instruction[] }
export type Copy = { from: string | null; sources: string[]; target: string }

const known = ['FROM', 'WORKDIR', 'ARG', 'ENV', 'COPY', 'RUN', 'USER', 'EXPOSE', 'HEALTHCHECK', 'CMD'] as const

/** Returns the stages of a Dockerfile with their instructions in order. Throws for unsupported syntax. */
export function parseDockerfile(text: string): Stage[] {
  const stages: Stage[] = []
  for (const instruction of instructionsOf(text)) {
    if (instruction.name === 'FROM') {
      const [, image = '', name = ''] = /^(\S+) AS ([a-z]+)$/.exec(instruction.value) ?? []
      if (image === '') throw new Error(`line ${instruction.line}: every stage must have a name`)
      stages.push({ image, name, instructions: [] })
      continue
    }
    const stage = stages.at(-1)
    if (!stage) throw new Error(`line ${instruction.line}: a stage must begin with FROM`)
    stage.instructions.push(instruction)
  }
  return stages
}

function instructionsOf(text: string): Instruction[] {
  const instructions: Instruction[] = []
  let open: Instruction | null = null
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw.startsWith('#') || raw.trim() === '') continue
    const continues = raw.endsWith('\\')
    const part = raw.replace(/\\$/, '').trim()
    if (open) open.value += ` ${part}`
    else open = begin(part, index + 1)
    if (continues) continue
    instructions.push(open)
    open = null
  }
  if (open) throw new Error(`line ${open.line}: the instruction does not end`)
  return instructions
}

function begin(text: string, line: number): Instruction {
  const [, name = '', value = ''] = /^([A-Z]+) +(.+)$/.exec(text) ?? []
  if (!known.some((one) => one === name)) throw new Error(`line ${line}: unsupported instruction: ${text}`)
  return { line, name, value }
}

export const valuesOf = (stage: Stage, name: (typeof known)[number]): string[] =>
  stage.instructions.filter((instruction) => instruction.name === name).map(({ value }) => value)

export function copiesOf(stage: Stage): Copy[] {
  return valuesOf(stage, 'COPY').map((value) => {
    const words = value.split(' ')
    const from = /^--from=(\w+)$/.exec(words[0] ?? '')?.[1] ?? null
    const paths = from === null ? words : words.slice(1)
    return { from, sources: paths.slice(0, -1), target: paths.at(-1) ?? '' }
  })
}

export const environmentOf = (stage: Stage): Record<string, string> =>
  Object.fromEntries(valuesOf(stage, 'ENV').flatMap((value) => value.split(/ +/).map((pair) => splitOnce(pair, '='))))

/** Returns the words of an instruction in its JSON form, without its options. */
export function execForm(value: string): string[] {
  const words: unknown = JSON.parse(value.slice(value.indexOf('[')))
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string'))
    throw new Error(`not a command in JSON form: ${value}`)
  return words
}

function splitOnce(text: string, by: string): [string, string] {
  const at = text.indexOf(by)
  return [text.slice(0, at), text.slice(at + 1)]
}
