export const thread = {
  label: 'Messages',
  toNewest: 'To the newest',
  loadingOlder: 'Loading older messages…',
  earlierPlace: 'Earlier in this chat',
  messageGone: 'That message is not in this chat. This is where the chat ends.',
  messageNotLoaded: 'That message could not be loaded.',
  dismiss: 'Close this notice',
} as const
