import { setTimeout as delay } from 'node:timers/promises'
import { describeError, type Log } from '@/lib/log'

export type Mail = { to: string; subject: string; text: string }

/** In milliseconds. A mail server that does not respond must not keep a process from ending. */
const connectTimeoutMs = 10_000
const silenceTimeoutMs = 30_000
const retryDelayMs = 1000

/**
 * Sends one plain-text email through the operator's SMTP server and retries once. Never throws: a failure is logged,
 * without address and text.
 */
export async function sendMail(smtp: { url: string; from: string }, mail: Mail, log: Log): Promise<void> {
  try {
    await deliver(smtp, mail)
  } catch (first) {
    log.warn('mail failed, will be sent again', { error: describeError(first) })
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
