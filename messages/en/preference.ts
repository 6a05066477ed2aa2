export const preference = {
  title: 'Preferences',
  saved: 'Saved',
  unsaved: 'This was not saved. {reason}',
  loading: 'Loading your preferences…',
  language: {
    legend: 'Language',
    browser: 'As the browser',
  },
  theme: {
    legend: 'Theme',
    system: 'As the system',
    light: 'Light',
    dark: 'Dark',
  },
  model: {
    legend: 'Model',
    standard: 'Default',
    standardNamed: 'Default ({name})',
    unavailable: '{name} (not available now)',
  },
  answerCache: {
    legend: 'Answer cache',
    shared: {
      name: 'Shared',
      words:
        'General questions may be answered from answers others were given, and your answers to such questions may help others.',
    },
    private: {
      name: 'Private',
      words: 'Your repeated questions are answered at once from your own earlier answers; nobody else sees them.',
    },
    off: {
      name: 'Off',
      words: 'Every question goes to the model, and no answer is kept for later.',
    },
  },
  sendKey: {
    legend: 'Send key',
    enter: {
      name: 'Enter sends',
      words: 'Shift+Enter begins a new line.',
    },
    'mod-enter': {
      name: 'Ctrl+Enter or ⌘+Enter sends',
      words: 'Enter begins a new line.',
    },
  },
  shortcuts: {
    legend: 'Keyboard shortcuts',
    use: 'Use keyboard shortcuts',
    newChat: {
      keys: 'Ctrl/⌘ + Shift + O',
      does: 'New chat',
    },
    toComposer: {
      keys: 'Shift + Esc',
      does: 'To the message box',
    },
    copyAnswer: {
      keys: 'Ctrl/⌘ + Shift + C',
      does: 'Copy the last answer',
    },
  },
  sessions: {
    legend: 'Sessions',
    words: 'Where you are signed in. A revoked session ends with its next request.',
    loading: 'Loading your sessions…',
    since: 'Since {date}',
    current: 'This one',
    revoke: 'Revoke',
    revokeDevice: 'Revoke {device}',
    device: '{browser} on {system}',
    unknownDevice: 'Unknown device',
  },
} as const
