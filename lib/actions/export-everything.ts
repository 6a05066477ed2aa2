import { eq } from 'drizzle-orm'
import { user } from '@/db/schema/auth'
import type { Needs } from '@/lib/context'
import { exportConversation, exportConversations } from '@/lib/conversation/export-conversation'
import type { ConversationId } from '@/lib/ids'
import { findPreferences } from '@/lib/preference/preferences'
import { exportTodos } from '@/lib/todo/todos'

type ExportNeeds = Needs<'db' | 'userId' | 'now' | 'settings'>

/** Streams one conversation in the format that can be imported again. */
export async function* exportOne(context: ExportNeeds, id: ConversationId): AsyncGenerator<string> {
  yield* wrapExport(context, {}, exportConversation(context, id))
}

/** Streams all data of a user: account, preferences, conversations and todos. */
export async function* exportEverything(context: ExportNeeds): AsyncGenerator<string> {
  const [account] = await context.db
    .select({ name: user.name, email: user.email })
    .from(user)
    .where(eq(user.id, context.userId))
  const preferences = await findPreferences(context)
  yield* wrapExport(context, { account, preferences }, exportConversations(context), exportTodos(context))
}

/**
 * Writes the format version first, so that a reader can check it before anything else. Todos must come last, because
 * an import reads the conversations and then skips the rest of the file.
 */
async function* wrapExport(
  context: ExportNeeds,
  more: object,
  conversations: AsyncGenerator<string>,
  todos?: AsyncGenerator<string>,
): AsyncGenerator<string> {
  const header = { goldfish: 1, exportedAt: new Date(context.now()).toISOString(), ...more }
  yield `${JSON.stringify(header).slice(0, -1)},"conversations":[\n`
  yield* conversations
  if (todos) {
    yield '\n],"todos":[\n'
    yield* todos
  }
  yield '\n]}\n'
}
