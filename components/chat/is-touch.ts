/** Returns whether the main pointer is a finger. Then focusing a field would open an on-screen keyboard. */
export const isTouch = (): boolean => window.matchMedia('(pointer: coarse)').matches
