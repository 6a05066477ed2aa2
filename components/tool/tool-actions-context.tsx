'use client'

import {
  createContext,
  type ReactNode,
  type RefObject,
  useCallback,
  useContext,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { Failure } from '@/components/api/failure'
import type { ThreadMessage } from '@/components/chat/thread-message'

export type AnswerApproval = (message: ThreadMessage, toolCallId: string, approved: boolean) => Promise<Failure | null>

type ToolActions = {
  /** Tells the server whether a call that waits may be made; the rest of its answer follows in its place. */
  answer: (message: ThreadMessage, toolCallId: string, approved: boolean) => void
  /** Why the last such word was not taken, and which call it was about. */
  refusal: { toolCallId: string; failure: Failure } | null
  /** What the conversation holds, to be looked up in. Held, and not a value: with every token there are other messages. */
  messages: RefObject<readonly ThreadMessage[]>
}

const ToolActionsContext = createContext<ToolActions | null>(null)

type ToolActionsProviderProps = {
  messages: readonly ThreadMessage[]
  answerApproval: AnswerApproval
  reload: () => Promise<unknown>
  /** Where the focus goes when the buttons are gone. */
  onAnswered: () => void
  children: ReactNode
}

/** What the cards of tool calls need of the thread that they are in. */
export function ToolActionsProvider(props: ToolActionsProviderProps) {
  const { messages, answerApproval, reload, onAnswered, children } = props
  const [refusal, setRefusal] = useState<ToolActions['refusal']>(null)
  const answering = useRef(false)
  const held = useRef(messages)
  useLayoutEffect(() => {
    held.current = messages
  }, [messages])

  const answer = useCallback(
    async (message: ThreadMessage, toolCallId: string, approved: boolean) => {
      if (answering.current) return
      answering.current = true
      setRefusal(null)
      onAnswered()
      const failure = await answerApproval(message, toolCallId, approved)
      answering.current = false
      if (failure === null) return
      setRefusal({ toolCallId, failure })
      // Another tab was first, or has gone on to something else: what has become of it is at the server.
      if (failure.code === 'idempotency_mismatch' || failure.code === 'not_found') await reload()
    },
    [answerApproval, onAnswered, reload],
  )
  const value = useMemo<ToolActions>(
    () => ({ answer: (...word) => void answer(...word), refusal, messages: held }),
    [answer, refusal],
  )
  return <ToolActionsContext value={value}>{children}</ToolActionsContext>
}

export function useToolActions(): ToolActions {
  const actions = useContext(ToolActionsContext)
  if (actions === null) throw new Error('useToolActions outside of ToolActionsProvider')
  return actions
}
