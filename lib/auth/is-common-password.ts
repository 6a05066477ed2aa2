/**
 * Whether a password stands in a public list of common ones (zxcvbn-ts's, 49,000 entries by frequency). The list is
 * loaded when somebody chooses a password and at no other time.
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  return dictionary['passwords-common'].includes(password.toLowerCase())
}
