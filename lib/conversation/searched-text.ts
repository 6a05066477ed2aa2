import { type SQL, sql } from 'drizzle-orm'
import { maxSearchedUnits } from './search-words'

/** Characters that may be searched, of the text that `plainText` makes of the column `parts`. */
export const searchedText = (parts: SQL): SQL<string> => sql<string>`left((
  select string_agg(part ->> 'text', e'\n\n' order by place)
  from jsonb_array_elements(${parts}) with ordinality as p (part, place) where part ->> 'type' = 'text'
), ${sql.raw(String(maxSearchedUnits))})`
