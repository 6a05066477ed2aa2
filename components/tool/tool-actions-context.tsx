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

type AnswerApproval = (message: ThreadMessage, toolCallId: string, approved: boolean) => Promise<Failure | null>

type ToolActions = {
  /** Approves or denies a pending tool call. The answer then continues in place. */
  answer: (message: ThreadMessage, toolCallId: string, approved: boolean) => void
  /** The failure of the last approval or denial, and the call that it was for. */
  refusal: { toolCallId: string; failure: Failure } | null
  /** The messages of the conversation. It is a ref, because the array changes with each token. */
  messages: RefObject<readonly ThreadMessage[]>
}

const ToolActionsContext = createContext<ToolActions | null>(null)

type ToolActionsProviderProps = {
  messages: readonly ThreadMessage[]
  answerApproval: AnswerApproval
  reload: () => Promise<unknown>
  /** Moves the focus when the buttons have disappeared. */
  onAnswered: () => void
  children: ReactNode
}

/** Provides the thread's state and actions to tool call cards. */
export function ToolActionsProvider(props: ToolActionsProviderProps) {
  const { messages, answerApproval, reload, onAnswered, children } = props
  const [refusal, setRefusal] = useState<ToolActions['refusal']>(null)
  const isAnswering = useRef(false)
  const messagesRef = useRef(messages)
  useLayoutEffect(() => {
    messagesRef.current = messages
  }, [messages])

  const answer = useCallback(
    async (message: ThreadMessage, toolCallId: string, approved: boolean) => {
      if (isAnswering.current) return
      isAnswering.current = true
      setRefusal(null)
      onAnswered()
      const failure = await answerApproval(message, toolCallId, approved)
      isAnswering.current = false
      if (failure === null) return
      setRefusal({ toolCallId, failure })
      // Another tab has answered first or sent a message, so the current state must be loaded from the server.
      if (failure.code === 'idempotency_mismatch' || failure.code === 'not_found') await reload()
    },
    [answerApproval, onAnswered, reload],
  )
  const value = useMemo<ToolActions>(
    () => ({ answer: (...decision) => void answer(...decision), refusal, messages: messagesRef }),
    [answer, refusal],
  )
  return <ToolActionsContext value={value}>{children}</ToolActionsContext>
}

export function useToolActions(): ToolActions {
  const actions = useContext(ToolActionsContext)
  if (actions === null) throw new Error('useToolActions must be used inside ToolActionsProvider')
  return actions
}
