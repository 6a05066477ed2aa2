export type Mail = { to: string; subject: string; text: string }

/** Sends one plain-text mail through the operator's SMTP server. Throws what the server or the connection says. */
export async function sendMail(smtp: { url: string; from: string }, mail: Mail): Promise<void> {
  const { createTransport } = await import('nodemailer')
  await createTransport(smtp.url).sendMail({ from: smtp.from, ...mail })
}
