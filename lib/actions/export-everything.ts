import { eq } from 'drizzle-orm'
import { user } from '@/db/schema/auth'
import type { Needs } from '@/lib/context'
import { exportConversation, exportConversations } from '@/lib/conversation/export-conversation'
import type { ConversationId } from '@/lib/ids'
import { findPreferences } from '@/lib/preference/preferences'
import { exportTodos } from '@/lib/todo/todos'

type Scope = Needs<'db' | 'userId' | 'now' | 'settings'>

/** One conversation in the form that can be imported again, in pieces. */
export async function* exportOne(context: Scope, id: ConversationId): AsyncGenerator<string> {
  yield* wrap(context, {}, exportConversation(context, id))
}

/** All that a user has here: account, preferences, conversations, todos; in pieces. */
export async function* exportEverything(context: Scope): AsyncGenerator<string> {
  const [account] = await context.db
    .select({ name: user.name, email: user.email })
    .from(user)
    .where(eq(user.id, context.userId))
  const preferences = await findPreferences(context)
  yield* wrap(context, { account, preferences }, exportConversations(context), exportTodos(context))
}

/**
 * The version comes first: whoever reads the file knows it before anything else. Todos come last: an import takes the
 * conversations and then passes over the rest, however long it is.
 */
async function* wrap(
  context: Scope,
  more: object,
  conversations: AsyncGenerator<string>,
  todos?: AsyncGenerator<string>,
): AsyncGenerator<string> {
  const beginning = { goldfish: 1, exportedAt: new Date(context.now()).toISOString(), ...more }
  yield `${JSON.stringify(beginning).slice(0, -1)},"conversations":[\n`
  yield* conversations
  if (todos) {
    yield '\n],"todos":[\n'
    yield* todos
  }
  yield '\n]}\n'
}
