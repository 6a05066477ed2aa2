import { type SQL, sql } from 'drizzle-orm'
import { maxSearchedUnits } from './search-words'

/** The number of characters of `plainText` of the column `parts` that are searched. */
export const searchedText = (parts: SQL): SQL<string> => sql<string>`left((
  select string_agg(part ->> 'text', e'\n\n' order by place)
  from jsonb_array_elements(${parts}) with ordinality as p (part, place) where part ->> 'type' = 'text'
), ${sql.raw(String(maxSearchedUnits))})`
