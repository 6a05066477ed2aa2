/** How far below the beginning of a scrolling box's content an element begins, wherever the box is scrolled to; px. */
export const offsetWithin = (box: HTMLElement, element: Element): number =>
  element.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop
