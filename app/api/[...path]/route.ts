import { AppError } from '@/lib/errors'
import { refuseWith } from '@/lib/http/route'

/** Every path under /api that no other file claims. */
const refuse = refuseWith(() => new AppError('not_found'))

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as POST, refuse as PUT }
