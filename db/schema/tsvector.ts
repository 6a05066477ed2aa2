import { customType } from 'drizzle-orm/pg-core'

/** Words that a search finds a row by. Written with `array_to_tsvector`, so no text search configuration plays a part. */
export const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })
