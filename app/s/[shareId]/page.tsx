import type { Metadata } from 'next'
import { headers } from 'next/headers'
import { MessagesProvider } from '@/components/i18n/messages-provider'
import { renderingVersion, renderShare } from '@/components/markdown/render-share'
import { createTurns, SharedAnswer } from '@/components/share/shared-answer'
import { DeadEnd } from '@/components/shell/dead-end'
import { findSharedPage } from '@/lib/conversation/share-conversation'
import { openPublic } from '@/lib/http/handle-public'
import { requestLanguage, requestMessages, requestTranslator } from '@/lib/i18n/request-language'

/**
 * The page title must not contain the conversation's title, because crawlers and link previews would store it.
 */
export async function generateMetadata(): Promise<Metadata> {
  const t = await requestTranslator('share')
  return { title: t('page.name'), robots: { index: false, follow: false }, referrer: 'no-referrer' }
}

export default async function SharedPage({ params }: { params: Promise<{ shareId: string }> }) {
  const { shareId } = await params
  const t = await requestTranslator('share')
  const { db } = await openPublic(await headers(), 'shared-link')
  const shared = await findSharedPage({ db }, shareId, renderingVersion, renderShare)
  if (!shared)
    return (
      <DeadEnd title={t('page.goneTitle')} message={t('page.goneWords')}>
        <a href="/" className="rounded font-medium text-accent underline underline-offset-4">
          {t('page.toGoldfish')}
        </a>
      </DeadEnd>
    )
  const messages = await requestMessages(['common', 'error', 'answer', 'markdown'])
  // The server does not know the reader's time zone, so the date is in UTC.
  const day = new Intl.DateTimeFormat(await requestLanguage(), { dateStyle: 'long', timeZone: 'UTC' })
  const waitForTurn = createTurns()
  return (
    <main className="min-h-dvh bg-page px-4 py-10 text-ink">
      <article className="mx-auto max-w-3xl">
        <h1 dir="auto" className="break-words text-2xl font-semibold tracking-tight">
          {shared.title}
        </h1>
        <p className="mt-1 mb-8 text-soft">
          <time dateTime={shared.createdAt}>{t('page.asItWas', { day: day.format(new Date(shared.createdAt)) })}</time>
        </p>
        {shared.isShortened && <p className="mb-8 rounded-xl bg-card px-4 py-3 text-soft">{t('page.isShortened')}</p>}
        {shared.messages.map((message, index) => (
          <section
            // biome-ignore lint/suspicious/noArrayIndexKey: a snapshot never changes
            key={index}
            aria-label={message.role === 'user' ? t('page.question') : t('page.answer')}
            className="mb-8"
          >
            {message.role === 'user' ? (
              <p
                dir="auto"
                className="ms-auto w-fit max-w-[85%] rounded-3xl rounded-ee-lg bg-card px-4 py-2.5 whitespace-pre-wrap break-words"
              >
                {message.text}
              </p>
            ) : (
              <MessagesProvider {...messages}>
                <SharedAnswer blocks={message.blocks} waitForTurn={waitForTurn} />
              </MessagesProvider>
            )}
          </section>
        ))}
      </article>
    </main>
  )
}
