import compile from 'icu-minify/compile'
import type { Messages } from 'use-intl'

type Texts = { readonly [key: string]: string | Texts }

/**
 * ICU messages in the parsed form that `use-intl/format-message/format-only` takes. Still typed as what they were: from
 * their text the compiler knows each message's arguments.
 */
export function parseMessages<Message extends Texts>(messages: Message): Messages {
  return JSON.parse(JSON.stringify(messages), (_key, value) =>
    // As JSON once more: the parser makes objects without a prototype, which React hands to no component.
    typeof value === 'string' ? JSON.parse(JSON.stringify(compile(value))) : value,
  )
}
