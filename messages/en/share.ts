export const share = {
  title: 'Share this chat',
  untitled: 'New chat',
  whatIsInIt:
    'Everybody who has the link can read this chat as it is now: its title, and the questions and answers that are shown. Nothing that comes later is in it, no files, and not your name.',
  link: 'Link to this chat',
  make: 'Make a link',
  copy: 'Copy',
  copied: 'The link is copied.',
  notCopied: 'Copying was not possible. The link is marked: copy it by hand.',
  madeAt: 'It shows the chat as it was at {at}.',
  update: 'Bring the link up to date',
  revoke: 'Revoke the link',
  revoked: 'The link no longer works, for anybody.',
  isShortened: 'The chat is too long to share in full. The link shows its most recent part.',
  page: {
    name: 'Shared chat',
    asItWas: 'A shared chat, as it was on {day}.',
    isShortened:
      'This chat was too long to share in full. Older messages, or the end of a very long message, are missing.',
    question: 'Question',
    answer: 'Answer',
    goneTitle: 'This link no longer works',
    goneWords: 'It was revoked, or its chat was deleted.',
    toGoldfish: 'To Goldfish',
  },
} as const
