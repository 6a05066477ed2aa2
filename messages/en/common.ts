/** Texts that several parts of the interface use, and the error pages. */
export const common = {
  retry: 'Retry',
  saving: 'Saving…',
  copied: 'Copied',
  copyFailed: 'Couldn’t copy',
  deadEnd: {
    words: 'Something went wrong on our side. Your chats are safe.',
    pageTitle: 'Couldn’t load this page',
    notFoundName: 'Not found',
    notFoundTitle: 'Page not found',
    notFoundWords: 'This page doesn’t exist or was removed.',
    toChats: 'Back to chats',
  },
  siteDescription: 'AI chat you host yourself, with instant answers to repeat questions.',
} as const
