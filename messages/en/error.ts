/**
 * The messages of failures. The key is the error code in lowercase: one of our own (lib/errors.ts), one of better-auth,
 * or one that only the browser reports. For any other code, the English message of the server will be shown.
 */
export const error = {
  invalid_request: 'The request is not valid.',
  context_length_exceeded: 'This is more than the model can read.',
  unauthenticated: 'Please sign in.',
  origin_mismatch: 'This request did not come from this site.',
  tool_failed: 'The tool could not do it.',
  insufficient_scope: 'This key may not do that.',
  session_not_fresh: 'Please sign in again: this needs a sign-in of the last day.',
  not_found: 'This does not exist, or does not any more.',
  model_not_found: 'There is no such model.',
  method_not_allowed: 'This is not possible here.',
  turn_in_progress: 'An answer is still being written in this conversation.',
  too_many_keys: 'There may be 20 API keys at most. Revoke one that is not needed.',
  quota_exceeded: 'You have reached the limit. Delete something to make room.',
  body_too_large: 'This is too long to be sent.',
  unsupported_media_type: 'This kind of content is not accepted here.',
  idempotency_mismatch: 'This was already used for something else.',
  rate_limited: 'Too many requests.',
  internal: 'Something went wrong on our side. Please try again.',
  provider_rate_limited: 'The model is busy. Please try again shortly.',
  provider_error: 'The model could not answer.',
  provider_cut: 'The answer was cut off.',
  database_unavailable: 'Conversations cannot be reached right now.',
  draining: 'This server is about to stop. Please try again.',
  not_cached: 'There is no stored answer to this question.',
  provider_timeout: 'The model took too long.',

  network: 'Goldfish cannot be reached. Check your connection and try again.',
  unreadable: 'The server’s answer could not be read. Please try again.',

  invalid_email_or_password: 'E-mail and password do not match. Check both, or reset your password.',
  email_not_verified: 'Confirm your email address first. Open the link that we sent you, or request a new one.',
  invalid_email: 'This does not look like an email address.',
  password_too_short: 'The password needs at least 12 characters.',
  password_too_long: 'The password may have at most 128 characters.',
  password_too_common:
    'This password is one of the most common ones. Choose four unrelated words, or let a password manager generate one.',
  password_too_personal:
    'This password is mostly your name, your email address or “goldfish”. Choose four unrelated words, or let a password manager generate one.',
  password_too_predictable:
    'This password is easy to guess because it repeats itself or follows a pattern. Choose four unrelated words, or let a password manager generate one.',
  invalid_password: 'This is not your password.',
  user_already_exists: 'There is an account with this email already. Sign in instead.',
  user_already_exists_use_another_email: 'There is an account with this email already. Sign in instead.',
  invalid_token: 'This link is used up or too old. Ask for a new one.',
  reset_password_disabled: 'This server sends no mail.',

  retryInSeconds: 'Try again in {count, plural, one {# second} other {# seconds}}.',
  retryInMinutes: 'Try again in {count, plural, one {# minute} other {# minutes}}.',
  retryInHours: 'Try again in {count, plural, one {# hour} other {# hours}}.',
} as const
