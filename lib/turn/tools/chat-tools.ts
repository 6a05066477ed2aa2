import { conversationTools } from '@/lib/conversation/conversation-tools'
import { openToolKit } from '@/lib/model/tool-kit'
import { todoTools } from '@/lib/todo/todo-tools'
import type { Tool } from '@/lib/tool'

/** The built-in tools of the chat. */
export const chatTools: readonly Tool[] = Object.freeze([...conversationTools, ...todoTools])

/**
 * The same tools, as model tool definitions. Every turn offers all of them, so that all prompts share a prefix for
 * the provider's cache.
 */
export const chatToolKit = openToolKit(chatTools)
