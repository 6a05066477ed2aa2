import { answer } from '@/messages/de/answer'
import { auth } from '@/messages/de/auth'
import { chat } from '@/messages/de/chat'
import { common } from '@/messages/de/common'
import { error } from '@/messages/de/error'
import { mail } from '@/messages/de/mail'
import { markdown } from '@/messages/de/markdown'
import { preference } from '@/messages/de/preference'
import { share } from '@/messages/de/share'
import { shell } from '@/messages/de/shell'
import { sidebar } from '@/messages/de/sidebar'
import { thread } from '@/messages/de/thread'
import { todo } from '@/messages/de/todo'
import { tool } from '@/messages/de/tool'
import type { en } from '@/messages/en'
import type { Translation } from '@/messages/translation'

export const de = {
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
