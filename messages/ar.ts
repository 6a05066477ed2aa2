import { answer } from '@/messages/ar/answer'
import { auth } from '@/messages/ar/auth'
import { chat } from '@/messages/ar/chat'
import { common } from '@/messages/ar/common'
import { error } from '@/messages/ar/error'
import { mail } from '@/messages/ar/mail'
import { markdown } from '@/messages/ar/markdown'
import { preference } from '@/messages/ar/preference'
import { share } from '@/messages/ar/share'
import { shell } from '@/messages/ar/shell'
import { sidebar } from '@/messages/ar/sidebar'
import { thread } from '@/messages/ar/thread'
import { todo } from '@/messages/ar/todo'
import { tool } from '@/messages/ar/tool'
import type { en } from '@/messages/en'
import type { Translation } from '@/messages/translation'

export const ar = {
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
} as const satisfies Translation<typeof en>
