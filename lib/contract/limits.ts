/** The limits of one message. The browser checks them before it sends, and the server enforces them. */
export const maxMessageBytes = 64 * 1024
export const maxAttachedFiles = 8
/** The limit for all files of one message together. */
export const maxAttachedBytes = 128 * 1024
