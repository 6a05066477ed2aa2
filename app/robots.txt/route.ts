import { robotsText } from '@/lib/http/public-text'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({ GET: async (request) => robotsText(request) })
