import { handleAuth } from '@/lib/http/handle-auth'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({ GET: handleAuth, POST: handleAuth })
