export const share = {
  title: 'Share chat',
  untitled: 'New chat',
  whatIsInIt:
    'Anyone with the link can view this chat as it is now. Your name, files and later messages aren’t shared.',
  link: 'Link to this chat',
  make: 'Create link',
  copy: 'Copy',
  copied: 'Link copied',
  notCopied: 'Couldn’t copy. Select the link and copy it.',
  madeAt: 'Snapshot from {at}',
  update: 'Update link',
  revoke: 'Delete link',
  revoked: 'Link deleted.',
  isShortened: 'The chat is too long to share in full. The link shows its most recent part.',
  page: {
    name: 'Shared chat',
    asItWas: 'Shared on {day}',
    isShortened:
      'This chat was too long to share in full. Older messages, or the end of a very long message, are missing.',
    question: 'Question',
    answer: 'Answer',
    goneTitle: 'Link not available',
    goneWords: 'It may have been removed by its owner.',
    toGoldfish: 'Open Goldfish',
  },
} as const
