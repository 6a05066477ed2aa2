import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { Markdown } from '@/components/markdown/markdown'
import { DeadEnd } from '@/components/shell/dead-end'
import { findSharedConversation } from '@/lib/conversation/share-conversation'
import { openPublic } from '@/lib/http/handle-public'

/** The title is the owner's text: it stands on the page, and nowhere where others would keep it. */
export const metadata: Metadata = {
  title: 'Shared conversation',
  robots: { index: false, follow: false },
  referrer: 'no-referrer',
}

export default async function SharedPage({ params }: { params: Promise<{ shareId: string }> }) {
  const { shareId } = await params
  const { db } = await openPublic(await headers(), 'shared-link')
  const shared = await findSharedConversation({ db }, shareId)
  if (!shared)
    return (
      <DeadEnd title="This link no longer works" words="It was revoked, or its conversation was deleted.">
        <a href="/" className="rounded font-medium text-accent underline underline-offset-4">
          To Goldfish
        </a>
      </DeadEnd>
    )
  return (
    <main className="min-h-dvh bg-page px-4 py-10 text-ink">
      <article className="mx-auto max-w-3xl">
        <h1 className="break-words text-2xl font-semibold tracking-tight">{shared.title}</h1>
        <p className="mt-1 mb-8 text-soft">
          A shared conversation, as it was on <time dateTime={shared.createdAt}>{shared.createdAt.slice(0, 10)}</time>.
        </p>
        {shared.messages.map(({ role, text }, index) => (
          // A snapshot never changes: places are as good as names.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <section key={index} aria-label={role === 'user' ? 'Question' : 'Answer'} className="mb-8">
            {role === 'user' ? (
              <p className="ml-auto w-fit max-w-[85%] rounded-3xl rounded-br-lg bg-card px-4 py-2.5 whitespace-pre-wrap break-words">
                {text}
              </p>
            ) : (
              <Markdown text={text} complete />
            )}
          </section>
        ))}
      </article>
    </main>
  )
}
