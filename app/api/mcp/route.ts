import { mcpOffer } from '@/lib/actions/mcp-offer'
import { handleMcp } from '@/lib/http/handle-mcp'
import { route } from '@/lib/http/route'

export const { GET, POST, PUT, PATCH, DELETE } = route({ POST: handleMcp('POST /api/mcp', mcpOffer) })
