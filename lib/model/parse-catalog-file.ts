import { z } from 'zod'

const tokens = z.int('must be a whole number of tokens').min(256).max(100_000_000)
const usd = z.number('must be a number of USD').min(0).max(1_000_000)

const catalogEntry = z.strictObject({
  id: z.string('must be a model id as in CHAT_MODEL').min(1).max(200),
  name: z.string().min(1).max(100).exactOptional(),
  contextWindow: tokens.exactOptional(),
  maxOutputTokens: tokens.exactOptional(),
  tools: z.boolean('must be true or false').exactOptional(),
  vision: z.boolean('must be true or false').exactOptional(),
  reasoning: z.literal('implicit', 'must be "implicit" or left out').exactOptional(),
  prices: z
    .strictObject({ inputUsdPerMillion: usd, cachedInputUsdPerMillion: usd, outputUsdPerMillion: usd })
    .nullable()
    .exactOptional(),
})

/** What an operator says of one model. Whatever is left out keeps what we know of it. */
export type CatalogEntry = z.output<typeof catalogEntry>

/** Parses the text of MODEL_CATALOG_FILE. Throws an Error that names every entry and field that is wrong. */
export function parseCatalogFile(text: string): readonly CatalogEntry[] {
  const result = z.array(catalogEntry, 'must be an array').max(1000).safeParse(parseJson(text))
  if (!result.success) throw unreadable(result.error.issues.map(({ path, message }) => `${placeOf(path)}${message}`))
  const ids = result.data.map(({ id }) => id)
  const repeated = ids.filter((id, index) => ids.indexOf(id) !== index)
  if (repeated.length > 0) throw unreadable(repeated.map((id) => `${id} is there more than once`))
  return result.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unreadable(['is not JSON'], error)
  }
}

/** `[2].prices.outputUsdPerMillion: `, or nothing for the file itself. */
const placeOf = (path: readonly PropertyKey[]) =>
  path.length === 0 ? '' : `${path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')}: `

const unreadable = (complaints: readonly string[], cause?: unknown) =>
  new Error(`MODEL_CATALOG_FILE:\n${complaints.map((line) => `  ${line}`).join('\n')}`, { cause })
