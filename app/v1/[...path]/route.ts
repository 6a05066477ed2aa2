import { openaiError } from '@/lib/completion/openai-error'
import { AppError } from '@/lib/errors'
import { refuseWith } from '@/lib/http/route'

/** Every path under /v1 that no other file claims. */
const refuse = refuseWith(() => new AppError('not_found'), openaiError)

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as POST, refuse as PUT }
