import { customType } from 'drizzle-orm/pg-core'

/** Search terms of a row. They are written with `array_to_tsvector`, so no text search configuration is involved. */
export const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })
