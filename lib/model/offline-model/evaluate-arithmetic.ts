const maxLength = 200

/**
 * Returns the value of an expression of numbers, the operators + - * / % ^ and parentheses (also × ÷ − and **). Null if
 * the text as a whole is not such an expression or has no operator. A division by zero returns an infinity or NaN.
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
  if (text.length > maxLength) return null
  const plain = text.replaceAll('×', '*').replaceAll('÷', '/').replaceAll('−', '-').replaceAll('**', '^')
  const tokens = plain.match(/\d+(?:\.\d+)?|\.\d+|[-+*/%^()]|\S/g) ?? []
  return tokens.every((token) => /^(?:[\d.]+|[-+*/%^()])$/.test(token)) ? tokens : null
}

/** Consumes the next token if it is one of `accepted`. */
function consume(reader: Reader, accepted: string): string | null {
  const token = reader.tokens[reader.next]
  if (token === undefined || !accepted.includes(token)) return null
  reader.next += 1
  return token
}

function sum(reader: Reader): number | null {
  let value = product(reader)
  for (let sign = consume(reader, '+-'); sign; sign = consume(reader, '+-')) {
    const right = product(reader)
    if (value === null || right === null) return null
    value = sign === '+' ? value + right : value - right
  }
  return value
}

function product(reader: Reader): number | null {
  let value = signed(reader)
  for (let sign = consume(reader, '*/%'); sign; sign = consume(reader, '*/%')) {
    const right = signed(reader)
    if (value === null || right === null) return null
    value = sign === '*' ? value * right : sign === '/' ? value / right : value % right
  }
  return value
}

/** A sign has a lower precedence than the power, as in mathematics: -2^2 is -4. */
function signed(reader: Reader): number | null {
  const sign = consume(reader, '+-')
  if (!sign) return power(reader)
  const value = signed(reader)
  return value === null ? null : sign === '-' ? -value : value
}

/** The power is right-associative: 2^3^2 is 2^9. */
function power(reader: Reader): number | null {
  const base = atom(reader)
  if (base === null || !consume(reader, '^')) return base
  const exponent = signed(reader)
  return exponent === null ? null : base ** exponent
}

function atom(reader: Reader): number | null {
  if (consume(reader, '(')) {
    const value = sum(reader)
    return consume(reader, ')') ? value : null
  }
  const token = reader.tokens[reader.next]
  if (token === undefined || !/^[\d.]/.test(token)) return null
  reader.next += 1
  return Number(token)
}
