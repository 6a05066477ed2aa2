export const thread = {
  label: 'Messages',
  toNewest: 'To the newest',
  loadingOlder: 'Loading older messages…',
  earlierPlace: 'Earlier in this chat',
  messageGone: 'That message is not in this chat. This is where the chat ends.',
  dismiss: 'Close this notice',
} as const
