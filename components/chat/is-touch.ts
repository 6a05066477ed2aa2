/** Whether fingers do the pointing: then a keyboard that opens by itself is in the way. */
export const isTouch = (): boolean => window.matchMedia('(pointer: coarse)').matches
