export const thread = {
  label: 'Messages',
  toNewest: 'Jump to latest',
  loadingOlder: 'Loading older messages…',
  earlierPlace: 'Earlier in this chat',
  messageGone: 'That message no longer exists.',
  messageNotLoaded: 'Couldn’t load that message.',
  dismiss: 'Dismiss',
} as const
