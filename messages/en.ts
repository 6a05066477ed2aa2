import { answer } from '@/messages/en/answer'
import { auth } from '@/messages/en/auth'
import { chat } from '@/messages/en/chat'
import { common } from '@/messages/en/common'
import { error } from '@/messages/en/error'
import { mail } from '@/messages/en/mail'
import { markdown } from '@/messages/en/markdown'
import { preference } from '@/messages/en/preference'
import { share } from '@/messages/en/share'
import { shell } from '@/messages/en/shell'
import { sidebar } from '@/messages/en/sidebar'
import { thread } from '@/messages/en/thread'
import { todo } from '@/messages/en/todo'
import { tool } from '@/messages/en/tool'

/**
 * The English messages. All other languages are checked against them, by the compiler and by
 * tests/messages.unit.test.ts.
 */
export const en = {
  answer,
  auth,
  chat,
  common,
  error,
  mail,
  markdown,
  preference,
  share,
  shell,
  sidebar,
  thread,
  todo,
  tool,
} as const
