import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { listenAnywhere } from './listen-anywhere'

export type ReceivedMail = { to: string; subject: string; text: string; headers: string }

export type MailServer = {
  /** The value for `SMTP_URL`. */
  url: string
  /** Accepted mails, oldest first. */
  received: ReceivedMail[]
  /** The number of received mails, accepted or refused. */
  attempts: () => number
  /** Stops responding to mails until the returned function is called. */
  holdAnswers: () => () => void
  /** Refuses the next mails, this many. */
  refuseNext: (count: number) => void
  stop: () => Promise<void>
}

/** An SMTP server for one test file that accepts plain-text mail and stores it. */
export async function startMailServer(): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const sockets = new Set<Socket>()
  let attempts = 0
  let refusals = 0
  let held: Promise<void> = Promise.resolve()

  const accept = async (to: string, lines: string[], answer: (line: string) => void) => {
    attempts += 1
    await held
    if (refusals > 0) {
      refusals -= 1
      return answer('451 try again later')
    }
    received.push(parseMail(to, lines))
    answer('250 accepted')
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    const answer = (line: string) => void (socket.writable && socket.write(`${line}\r\n`))
    let to = ''
    let data: string[] | null = null
    answer('220 test')
    createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      if (data !== null) {
        if (line !== '.') return void data.push(line.replace(/^\.\./, '.'))
        void accept(to, data, answer)
        data = null
        return
      }
      if (/^RCPT TO/i.test(line)) to = /<([^>]*)>/.exec(line)?.[1] ?? ''
      if (/^DATA/i.test(line)) data = []
      answer(/^DATA/i.test(line) ? '354 go on' : /^QUIT/i.test(line) ? '221 bye' : '250 ok')
    })
  })
  const port = await listenAnywhere(server)
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    attempts: () => attempts,
    holdAnswers: () => {
      let release = () => {}
      held = new Promise((resolve) => {
        release = resolve
      })
      return () => release()
    },
    refuseNext: (count) => {
      refusals = count
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function parseMail(to: string, lines: string[]): ReceivedMail {
  const end = lines.indexOf('')
  const headers = lines
    .slice(0, end)
    .join('\n')
    .replace(/\n[ \t]+/g, ' ')
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(headers)?.[1] ?? ''
  const body = lines.slice(end + 1).join('\n')
  const encoding = header('content-transfer-encoding').toLowerCase()
  const text =
    encoding === 'base64'
      ? Buffer.from(body, 'base64').toString('utf8')
      : encoding === 'quoted-printable'
        ? fromQuotedPrintable(body.replace(/=\n/g, ''))
        : body
  return { to, subject: fromEncodedWords(header('subject')), text, headers }
}

const fromQuotedPrintable = (text: string) =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8')

const fromEncodedWords = (text: string) =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, kind: string, value: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(value, 'base64').toString('utf8')
        : fromQuotedPrintable(value.replaceAll('_', ' ')),
    )
