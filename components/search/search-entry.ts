import type { ReactNode } from 'react'
import type { Snippet } from '@/lib/contract/api'

/** One line of the search dialog: where to go, or what to do. */
export type SearchEntry = {
  key: string
  icon: ReactNode
  label: string
  /** The text around what was found; null where the label alone says it. */
  snippet?: Snippet | null
  note?: string
  onChoose: () => void
}

export type EntryGroup = { name: string; entries: SearchEntry[] }
