import { createHash, randomBytes } from 'node:crypto'
import { type KeyScope, keyScopes } from '@/lib/contract/api'

/** What every key begins with: whoever finds one in a log or a repository sees whose it is. */
export const keyPrefix = 'gf_'
/** So many of its letters are kept and shown, to tell keys apart by. */
export const keyStartLength = 8
export const maxKeysPerUser = 20

/** A new key: 256 bits that nobody can guess. */
export const makeKey = () => `${keyPrefix}${randomBytes(32).toString('base64url')}`

export const isKey = (text: string) => /^gf_[A-Za-z0-9_-]{43}$/.test(text)

/** All that is kept of a key; the library's own way of hashing, so that either knows the other's keys. */
export const hashKey = (key: string) => createHash('sha256').update(key).digest('base64url')

/** Scopes in the shape of the library's permissions. */
export const permissionsOf = (scopes: readonly KeyScope[]) => ({ scopes: [...scopes] })

/** What a key may do. One without permissions, or with some that we do not know, may do nothing by them. */
export function scopesOf(permissions: string | null): KeyScope[] {
  try {
    const named: unknown = JSON.parse(permissions ?? '{}')?.scopes
    return Array.isArray(named) ? keyScopes.filter((scope) => named.includes(scope)) : []
  } catch {
    return []
  }
}
