import { AppError } from '@/lib/errors'
import { refuseWith } from '@/lib/http/route'

/** Handles all paths under /api without a route of their own. */
const refuse = refuseWith(() => new AppError('not_found'))

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as POST, refuse as PUT }
