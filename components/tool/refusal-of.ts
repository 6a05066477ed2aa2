/**
 * Why a call failed, as the server tells the model: `code: a sentence`, and what is wrong with which argument on lines of
 * their own, which the details show. A tool that is not ours says what it wants.
 */
export function refusalOf(errorText: string): { code: string; message: string } {
  const [, code = 'unknown', message = errorText] = /^([a-z]+(?:_[a-z]+)*): (.*)/.exec(errorText) ?? []
  return { code, message }
}
