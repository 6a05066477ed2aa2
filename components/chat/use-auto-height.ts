'use client'

import { type RefObject, useLayoutEffect } from 'react'

/** The box is as high as its text; the upper limit is its style's. `field-sizing` does not exist everywhere yet. */
export function useAutoHeight(inputRef: RefObject<HTMLTextAreaElement | null>, text: string) {
  useLayoutEffect(() => {
    const input = inputRef.current
    if (input === null || input.value !== text) return
    input.style.height = 'auto'
    input.style.height = `${input.scrollHeight}px`
  }, [inputRef, text])
}
