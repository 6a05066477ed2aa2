import { userHash } from '@/lib/answer-cache/answer-scope'
import type { RequestContext } from '@/lib/context'
import type { ChatPart } from '@/lib/contract/ui-message'
import { keyedHash } from '@/lib/crypto/key-ring'
import type { HistoryMessage } from '@/lib/history/replay-history'
import type { ConversationId, MessageId } from '@/lib/ids'
import type { ModelEvent } from '@/lib/model/call-model'
import type { BreakerReading } from '@/lib/model/circuit-breaker'
import { hasRefusedImages, rememberRefusedImages } from '@/lib/model/image-refusals'
import type { Spent } from '@/lib/model/model-ending'
import { hasImage } from '@/lib/prompt/answer-messages'
import { assemblePrompt } from '@/lib/prompt/assemble-prompt'
import type { PromptPrefix } from '@/lib/prompt/prompt-prefix'
import { type AskedWithTools, answerWithTools } from './answer-with-tools'
import { offerTools } from './server-tools'
import type { TurnRun } from './turn-log'

export type Asked = TurnRun & {
  conversationId: ConversationId
  question: { id: MessageId; parts: ChatPart[] }
  history: readonly HistoryMessage[]
  /** What there is of the answer already. */
  beginning: readonly ChatPart[]
  model: string
  prefix: PromptPrefix
  signal: AbortSignal
  /** What the calls before took, of an answer that is taken up again. */
  spent?: Spent
  /** Of the model; begun by the caller in one tick with its other commands. */
  breaker?: Promise<BreakerReading>
}

/** Has the model answer a question of a conversation, with the tools that the prefix offers and those of the operator's servers. */
export async function* askForAnswer(context: RequestContext, asked: Asked): AsyncGenerator<ModelEvent> {
  const { question, history, beginning, model, prefix, signal, spent, breaker } = asked
  const cacheKey = keyedHash(context.keys, 'prompt-cache', context.userId, asked.conversationId)
  const images = await imagesFor(context, asked)
  const { tools, kit, close } = await offerTools(context, prefix.tools, signal)
  try {
    yield* answerWithTools(context, {
      run: { answerId: asked.answerId, fence: asked.fence },
      questionId: question.id,
      beginning,
      tools,
      promptAfter: (parts, withImages) =>
        assemblePrompt(prefix, history, question.parts, parts, { modelId: model, withImages }),
      images,
      call: { modelId: model, cacheKey, signal, ...(kit && { tools: kit }) },
      ...(spent && { spent }),
      ...(breaker && { breaker }),
    })
  } finally {
    // Nobody waits for a server to hear that it is not needed any more.
    context.hold(close())
  }
}

/** Returns whether the model can view images. Redis is read only if there are images and the catalog does not say. */
async function imagesFor(context: RequestContext, asked: Asked): Promise<AskedWithTools['images']> {
  const { question, history, model } = asked
  const isShown = hasImage(question.parts)
  const vision = context.model.catalog.find(model)?.vision ?? null
  const isLookedUp = vision === null && (isShown || history.some(({ parts }) => hasImage(parts)))
  const user = () => userHash(context.keys, context.userId)
  const withImages = isLookedUp ? !(await hasRefusedImages(context.redis, model, user())) : vision !== false
  return {
    withImages,
    isTold: isShown && !withImages,
    onRefused: () => {
      if (vision === null) context.hold(rememberRefusedImages(context.redis, model, user()))
    },
  }
}
