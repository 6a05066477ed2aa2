/** On which this person's tabs tell each other that a todo has changed. */
export const todoChannel = 'gf-todos'

/**
 * Tells every page of todos in this browser, this tab's own too, that a todo has changed in a way it does not know of: it
 * reads the list again at once. For whoever learns of such a change elsewhere, e.g. a card in the chat that sees that a
 * tool which writes todos has ended, or whose Undo has put one back. To be called once for each change, after it; it
 * costs nothing where no such page is open.
 */
export function announceTodoChange(): void {
  const channel = new BroadcastChannel(todoChannel)
  channel.postMessage('changed')
  channel.close()
}
