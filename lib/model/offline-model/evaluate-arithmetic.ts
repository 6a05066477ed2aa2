const longest = 200

/**
 * The value of an expression of numbers with + - * / % ^ and parentheses (also × ÷ − and **), or null if the text is not
 * one, whole and with an operator in it. Division by zero gives what JavaScript says: an infinity, or NaN.
 */
export function evaluateArithmetic(text: string): number | null {
  const tokens = tokensOf(text)
  if (!tokens?.some((token, index) => index > 0 && /^[-+*/%^]$/.test(token))) return null
  const reader = { tokens, next: 0 }
  const value = sum(reader)
  return reader.next === tokens.length ? value : null
}

type Reader = { tokens: readonly string[]; next: number }

function tokensOf(text: string): string[] | null {
  if (text.length > longest) return null
  const plain = text.replaceAll('×', '*').replaceAll('÷', '/').replaceAll('−', '-').replaceAll('**', '^')
  const tokens = plain.match(/\d+(?:\.\d+)?|\.\d+|[-+*/%^()]|\S/g) ?? []
  return tokens.every((token) => /^(?:[\d.]+|[-+*/%^()])$/.test(token)) ? tokens : null
}

/** Takes the next token if it is one of these. */
function take(reader: Reader, wanted: string): string | null {
  const token = reader.tokens[reader.next]
  if (token === undefined || !wanted.includes(token)) return null
  reader.next += 1
  return token
}

function sum(reader: Reader): number | null {
  let value = product(reader)
  for (let sign = take(reader, '+-'); sign; sign = take(reader, '+-')) {
    const right = product(reader)
    if (value === null || right === null) return null
    value = sign === '+' ? value + right : value - right
  }
  return value
}

function product(reader: Reader): number | null {
  let value = signed(reader)
  for (let sign = take(reader, '*/%'); sign; sign = take(reader, '*/%')) {
    const right = signed(reader)
    if (value === null || right === null) return null
    value = sign === '*' ? value * right : sign === '/' ? value / right : value % right
  }
  return value
}

/** The sign binds weaker than the power, as in mathematics: -2^2 is -4. */
function signed(reader: Reader): number | null {
  const sign = take(reader, '+-')
  if (!sign) return power(reader)
  const value = signed(reader)
  return value === null ? null : sign === '-' ? -value : value
}

/** From the right: 2^3^2 is 2^9. */
function power(reader: Reader): number | null {
  const base = atom(reader)
  if (base === null || !take(reader, '^')) return base
  const exponent = signed(reader)
  return exponent === null ? null : base ** exponent
}

function atom(reader: Reader): number | null {
  if (take(reader, '(')) {
    const value = sum(reader)
    return take(reader, ')') ? value : null
  }
  const token = reader.tokens[reader.next]
  if (token === undefined || !/^[\d.]/.test(token)) return null
  reader.next += 1
  return Number(token)
}
