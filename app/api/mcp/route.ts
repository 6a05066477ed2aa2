import { handleMcp } from '@/lib/http/handle-mcp'
import { route } from '@/lib/http/route'
import { mcpOffer } from '@/lib/turn/mcp-offer'

export const { GET, POST, PUT, PATCH, DELETE } = route({ POST: handleMcp('POST /api/mcp', mcpOffer) })
