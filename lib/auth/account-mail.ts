import { setTimeout as delay } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import type { Database } from '@/db/connect'
import { preference } from '@/db/schema/preference'
import type { Language } from '@/lib/contract/api'
import { languageCookie } from '@/lib/contract/language'
import { translatorIn } from '@/lib/i18n/messages'
import { chooseLanguage } from '@/lib/i18n/request-language'
import type { UserId } from '@/lib/ids'
import { describeError, type Log } from '@/lib/log'
import { createVerifyToken } from './email-token'

type Recipient = { id: string; email: string }

/** The pages to which the mails link. */
const pages = Object.freeze({
  verify: '/verify-email',
  forgotten: '/forgot-password',
  reset: '/reset-password',
  signIn: '/sign-in',
})

/** The mails about accounts. Each function returns at once; the mail is sent after the response. */
export type AccountMail = Readonly<{
  /** Sends the link that confirms the address together with the account's password. */
  verify: (user: Recipient, request?: Request) => void
  /** Informs the owner of an account that its address was used for another sign-up. */
  alreadyRegistered: (user: Recipient, request?: Request) => void
  resetLink: (user: Recipient, token: string, request?: Request) => void
  /**
   * Informs about a changed password. The text lists what has ended: a reset revokes the API keys, a
   * change keeps them.
   */
  passwordChanged: (user: Recipient, by: 'change' | 'reset', request?: Request) => void
}>

/**
 * Creates the account mails. They must not contain text that a user has written, because an account name or a
 * requested redirect would let a stranger send any text in the name of the operator.
 * @param site the public origin (`BETTER_AUTH_URL`)
 * @param waitUntil runs work after the response
 */
export function createAccountMail(
  stores: { db: Database; log: Log; waitUntil: (work: () => Promise<void>) => void },
  smtp: { url: string; from: string },
  site: string,
): AccountMail {
  const { db, log, waitUntil } = stores
  const host = new URL(site).host
  const link = (path: string, query: Record<string, string> = {}) => {
    const url = new URL(path, site)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return url.href
  }
  const send = (
    to: Recipient,
    request: Request | undefined,
    write: (t: ReturnType<typeof mailTranslator>) => Promise<Omit<Mail, 'to'>> | Omit<Mail, 'to'>,
  ) =>
    waitUntil(async () => {
      try {
        const t = mailTranslator(await languageOf(db, to.id as UserId, request))
        await sendMail(smtp, { to: to.email, ...(await write(t)) }, log)
      } catch (error) {
        log.error('mail not created', { error: describeError(error) })
      }
    })
  const values = { site: host }
  const newPassword = link(pages.forgotten)

  return Object.freeze<AccountMail>({
    verify: (user, request) =>
      send(user, request, async (t) => ({
        subject: t('verify.subject', values),
        text: paragraphs(
          t('verify.lead', values),
          link(pages.verify, { token: await createVerifyToken(db, user.id as UserId) }),
          t('verify.expiry'),
          t('verify.otherPassword'),
          newPassword,
          t('verify.notYou'),
        ),
      })),
    alreadyRegistered: (user, request) =>
      send(user, request, (t) => ({
        subject: t('registered.subject', values),
        text: paragraphs(
          t('registered.lead', values),
          link(pages.signIn),
          t('registered.forgotten'),
          newPassword,
          t('registered.notYou'),
        ),
      })),
    resetLink: (user, token, request) =>
      send(user, request, (t) => ({
        subject: t('reset.subject', values),
        text: paragraphs(
          t('reset.lead', values),
          // better-auth checks the token and redirects the browser, so that an expired link is recognized at once.
          link(`/api/auth/reset-password/${token}`, { callbackURL: pages.reset }),
          t('reset.expiry'),
          t('reset.notYou'),
        ),
      })),
    passwordChanged: (user, by, request) =>
      send(user, request, (t) => ({
        subject: t('changed.subject', values),
        text: paragraphs(
          by === 'reset' ? t('changed.afterReset', values) : t('changed.lead', values),
          t('changed.notYou'),
          newPassword,
        ),
      })),
  })
}

const mailTranslator = (language: Language) => translatorIn(language)('mail')

const paragraphs = (...texts: string[]) => `${texts.join('\n\n')}\n`

/** Returns the language that the recipient has chosen, otherwise that of the page that caused the mail. */
async function languageOf(db: Database, userId: UserId, request: Request | undefined): Promise<Language> {
  const [row] = await db.select({ language: preference.language }).from(preference).where(eq(preference.userId, userId))
  const cookie = new RegExp(`(?:^|;\\s*)${languageCookie}=([^;]*)`).exec(request?.headers.get('cookie') ?? '')?.[1]
  return chooseLanguage(row?.language ?? cookie, request?.headers.get('accept-language') ?? null)
}

type Mail = { to: string; subject: string; text: string }

/** Milliseconds. An unresponsive mail server must not keep the process from ending. */
const connectTimeoutMs = 10_000
const silenceTimeoutMs = 30_000
const retryDelayMs = 1000

/**
 * Sends a plain-text mail through the SMTP server of the operator and retries once. Never throws: a failure is
 * logged without address and text.
 */
async function sendMail(smtp: { url: string; from: string }, mail: Mail, log: Log): Promise<void> {
  try {
    await deliver(smtp, mail)
  } catch (first) {
    log.warn('mail failed, retrying', { error: describeError(first) })
    await delay(retryDelayMs)
    await deliver(smtp, mail).catch((error) => log.error('mail failed', { error: describeError(error) }))
  }
}

async function deliver(smtp: { url: string; from: string }, mail: Mail): Promise<void> {
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    url: smtp.url,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: silenceTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  await transport.sendMail({ from: smtp.from, ...mail })
}
