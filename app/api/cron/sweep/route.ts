import { sweep } from '@/lib/actions/sweep'
import { handleCron } from '@/lib/http/handle-cron'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({ GET: handleCron(sweep) })
