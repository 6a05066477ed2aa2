import { describeProtectedResource } from '@/lib/http/protected-resource'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({ GET: async () => describeProtectedResource() })
