/** Texts that several parts of the interface use, and the error pages. */
export const common = {
  retry: 'Retry',
  saving: 'Saving…',
  copied: 'Copied',
  copyFailed: 'Copying was not possible',
  deadEnd: {
    words: 'Something went wrong on our side. Your chats are safe.',
    pageTitle: 'This page did not load',
    notFoundName: 'Not found',
    notFoundTitle: 'There is nothing here',
    notFoundWords: 'This page does not exist, or does not any more.',
    toChats: 'To your chats',
  },
  siteDescription: 'A chat whose servers remember nothing.',
} as const
