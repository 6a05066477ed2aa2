/**
 * The messages of failures. The key is the error code in lowercase: one of our own (lib/errors.ts), one of better-auth,
 * or one that only the browser reports. For any other code, the English message of the server will be shown.
 */
export const error = {
  invalid_request: 'Something’s wrong with that request.',
  context_length_exceeded: 'This chat is too long for the model. Start a new one or shorten your message.',
  unauthenticated: 'Please sign in.',
  origin_mismatch: 'Blocked: request from another site.',
  tool_failed: 'The tool failed.',
  insufficient_scope: 'This key lacks permission.',
  session_not_fresh: 'For your security, sign in again.',
  not_found: 'Not found. It may have been deleted.',
  model_not_found: 'Model not found.',
  method_not_allowed: 'Not allowed here.',
  turn_in_progress: 'Wait for the current answer to finish.',
  too_many_keys: 'You’ve reached 20 API keys. Revoke one to add another.',
  quota_exceeded: 'You’ve reached the limit. Delete something to make room.',
  body_too_large: 'Too large to send.',
  unsupported_media_type: 'Unsupported content type.',
  idempotency_mismatch: 'Conflict: this ID was already used.',
  rate_limited: 'Too many requests.',
  internal: 'Something went wrong on our side. Try again.',
  provider_rate_limited: 'The model is busy. Try again shortly.',
  provider_error: 'The model couldn’t answer. Try again or choose another model.',
  provider_cut: 'The answer was cut off.',
  database_unavailable: 'Chats are unavailable right now. Try again shortly.',
  draining: 'The server is restarting. Try again.',
  not_cached: 'No cached answer.',
  provider_timeout: 'The model took too long.',

  network: 'Can’t reach Goldfish. Check your connection and try again.',
  unreadable: 'Unexpected response from the server. Try again.',

  invalid_email_or_password: 'Wrong email or password.',
  email_not_verified: 'Confirm your email address first. Open the link that we sent you, or request a new one.',
  invalid_email: 'Enter a valid email.',
  password_too_short: 'Use at least 12 characters.',
  password_too_long: 'Use 128 characters or fewer.',
  password_too_common:
    'This password is one of the most common ones. Choose four unrelated words, or let a password manager generate one.',
  password_too_personal:
    'This password is mostly your name, your email address or “goldfish”. Choose four unrelated words, or let a password manager generate one.',
  password_too_predictable:
    'This password is easy to guess because it repeats itself or follows a pattern. Choose four unrelated words, or let a password manager generate one.',
  invalid_password: 'Wrong password.',
  user_already_exists: 'That email already has an account. Sign in instead.',
  user_already_exists_use_another_email: 'That email already has an account. Sign in instead.',
  invalid_token: 'This link has expired or was already used. Request a new one.',
  reset_password_disabled: 'Email isn’t set up on this server.',

  retryInSeconds: 'Try again in {count, plural, one {# second} other {# seconds}}.',
  retryInMinutes: 'Try again in {count, plural, one {# minute} other {# minutes}}.',
  retryInHours: 'Try again in {count, plural, one {# hour} other {# hours}}.',
} as const
