import { z } from 'zod'

/** `?limit=` (1 to 100, default 30) and `?cursor=`, as every list takes them. */
export const listQuery = z.object({
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a number')
    .transform(Number)
    .pipe(z.number().min(1).max(100))
    .default(30),
  cursor: z.string().max(500).optional(),
})
