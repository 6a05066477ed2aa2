import { z } from 'zod'
import { countedDays, readCacheCounters } from '@/lib/answer-cache/cache-counters'
import { handle } from '@/lib/http/handle'
import { route } from '@/lib/http/route'
import { summarizeUsage } from '@/lib/usage/summarize-usage'

const query = z.strictObject({ days: z.coerce.number().int().min(1).max(countedDays).default(30) })

export const { GET, POST, PUT, PATCH, DELETE } = route({
  GET: handle({ route: 'GET /api/usage', query }, async ({ context, query: { days } }) => {
    const [summary, cache] = await Promise.all([summarizeUsage(context, days), readCacheCounters(context, days)])
    return Response.json({ ...summary, cache })
  }),
})
