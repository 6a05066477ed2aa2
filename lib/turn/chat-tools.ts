import { conversationTools } from '@/lib/conversation/conversation-tools'
import { openToolKit } from '@/lib/model/tool-kit'
import { todoTools } from '@/lib/todo/todo-tools'
import type { Tool } from '@/lib/tool'

/** Everything a model may do for a user. */
export const chatTools: readonly Tool[] = Object.freeze([...conversationTools, ...todoTools])

/** The same as the models of the chat are told of it. Every turn offers all of it, so that all prompts begin alike. */
export const chatToolKit = openToolKit(chatTools)
