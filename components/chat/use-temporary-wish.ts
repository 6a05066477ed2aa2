'use client'

import { useSearchParams } from 'next/navigation'
import { type Dispatch, type SetStateAction, useEffect, useState } from 'react'

/** Whether a new chat is to be forgotten after a day. `?temporary` in the address says so too, and is then taken out of it. */
export function useTemporaryWish(isNew: boolean): [boolean, Dispatch<SetStateAction<boolean>>] {
  const [temporary, setTemporary] = useState(false)
  const wished = useSearchParams().has('temporary')
  useEffect(() => {
    if (!wished || !isNew) return
    setTemporary(true)
    window.history.replaceState(null, '', window.location.pathname)
  }, [wished, isNew])
  return [temporary, setTemporary]
}
