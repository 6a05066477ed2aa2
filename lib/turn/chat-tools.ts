import { todoTools } from '@/lib/todo/todo-tools'
import type { Tool } from '@/lib/tool'

/** Everything a model may do here, by name. */
export const chatTools: readonly Tool[] = Object.freeze([...todoTools])
