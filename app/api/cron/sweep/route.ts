import { handleCron } from '@/lib/http/handle-cron'
import { route } from '@/lib/http/route'
import { sweep } from '@/lib/turn/sweep'

export const { GET, POST, PUT, PATCH, DELETE } = route({ GET: handleCron(sweep) })
