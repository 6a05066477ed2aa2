'use client'

import { useSyncExternalStore } from 'react'

const nothingToHear = () => () => undefined

/** Whether our script has taken over the page that the server drew. Until then a press on a button is the browser's own. */
export const useHydrated = (): boolean =>
  useSyncExternalStore(
    nothingToHear,
    () => true,
    () => false,
  )
