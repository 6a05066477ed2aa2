/** The frame of every page of somebody who is signed in. */
export const shell = {
  skip: 'Skip to the page',
  sidebar: 'Sidebar',
  openSidebar: 'Open sidebar',
  closeSidebar: 'Close sidebar',
  newChat: 'New chat',
} as const
