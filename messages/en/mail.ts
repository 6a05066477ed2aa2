/** The plain-text emails that the product sends. Each link is on its own line between these texts. */
export const mail = {
  verify: {
    subject: 'Confirm your email address for {site}',
    lead: 'An account on {site} was created with this email address. To start using it, open this link and enter the password of the account:',
    expiry: 'The link works for 24 hours.',
    otherPassword: 'If you don’t know the password, choose a new one here:',
    notYou:
      'If you didn’t create the account, ignore this email. The account can’t be used until the address is confirmed.',
  },
  registered: {
    subject: 'You already have an account on {site}',
    lead: 'A new account on {site} was requested for this email address, but you already have one. Sign in here:',
    forgotten: 'If you have forgotten your password, choose a new one here:',
    notYou: 'If you didn’t request this, ignore this email. Nothing has changed.',
  },
  reset: {
    subject: 'Reset your password for {site}',
    lead: 'We received a request to reset the password of your account on {site}. To choose a new one, open this link:',
    expiry:
      'The link works for one hour and only once. A new password signs you out everywhere and revokes all your API keys.',
    notYou: 'If you didn’t request this, ignore this email. Your password stays the same.',
  },
  changed: {
    subject: 'Your password for {site} was changed',
    lead: 'The password of your account on {site} was changed. All your other devices were signed out. Your API keys still work.',
    afterReset:
      'The password of your account on {site} was reset. All your devices were signed out and all your API keys were revoked.',
    notYou: 'If this wasn’t you, reset the password now. This also signs out all devices and revokes all API keys:',
  },
} as const
