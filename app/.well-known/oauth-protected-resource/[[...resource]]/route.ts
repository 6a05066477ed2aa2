import { describeProtectedResource } from '@/lib/http/handle-mcp'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({ GET: async () => describeProtectedResource() })
