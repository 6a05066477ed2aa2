'use client'

import {
  createContext,
  type Dispatch,
  type ReactNode,
  type RefObject,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
} from 'react'
import { callApi } from '@/components/api/call-api'
import { type Failure, networkFailure } from '@/components/api/failure'
import { messageFiles, type ThreadMessage } from '@/components/chat/thread-message'
import type { ThreadAction } from '@/components/chat/thread-state'
import type { Send } from '@/components/chat/use-turns'

/** The direction to an older or a newer version of a message. */
type Direction = 'previous' | 'next'

type ThreadActions = {
  /** True while an answer is being generated. Other actions and branch switches are disabled then. */
  busy: boolean
  /** The message that is being edited, with the initial text of its edit box. */
  editing: { key: string; text: string } | null
  /** The error of the last request that the server rejected. */
  refusal: Failure | null
  edit: (message: ThreadMessage, text: string) => void
  cancelEdit: () => void
  /** Sends the edited message as a new version. If the server rejects it, the edit box reopens with its text. */
  submitEdit: (message: ThreadMessage, text: string) => Promise<void>
  /** Shows the branch through another version of a message. */
  switchTo: (messageId: string, direction: Direction) => void
  /**
   * The branch arrow that was pressed last. The switch replaces the message, so focus must move to the new
   * message's arrow.
   */
  pressed: RefObject<{ messageId: string; direction: Direction } | null>
  /** The key of the message whose edit was canceled last. Its Edit button receives the focus. */
  leftEdit: RefObject<string | null>
}

const ThreadActionsContext = createContext<ThreadActions | null>(null)

type ThreadActionsProviderProps = {
  conversationId: string
  busy: boolean
  refusal: Failure | null
  send: Send
  /** Loads the branch and scrolls to this message. Resolves to false if it could not be loaded. */
  showSwitched: (messageId: string) => Promise<boolean>
  /** Moves the focus after an edited message was sent and its edit box has closed. */
  onEdited: () => void
  dispatch: Dispatch<ThreadAction>
  children: ReactNode
}

/** Provides the actions on messages of a thread, except for requesting another answer. */
export function ThreadActionsProvider({
  conversationId,
  busy,
  refusal,
  send,
  showSwitched,
  onEdited,
  dispatch,
  children,
}: ThreadActionsProviderProps) {
  const [editing, setEditing] = useState<ThreadActions['editing']>(null)
  const pressed = useRef<{ messageId: string; direction: Direction } | null>(null)
  const leftEdit = useRef<string | null>(null)
  const switching = useRef(false)

  const edit = useCallback(
    (message: ThreadMessage, text: string) => {
      // Clears the error of an earlier request.
      dispatch({ type: 'refused', failure: null })
      setEditing({ key: message.key, text })
    },
    [dispatch],
  )
  const cancelEdit = useCallback(() => {
    setEditing((now) => {
      leftEdit.current = now?.key ?? null
      return null
    })
  }, [])
  const submitEdit = useCallback(
    async (message: ThreadMessage, text: string) => {
      setEditing({ key: message.key, text })
      const answer = send({ text, files: messageFiles(message) }, { replaces: message })
      onEdited()
      const accepted = await answer
      if (accepted) setEditing((now) => (now?.key === message.key ? null : now))
    },
    [send, onEdited],
  )
  const switchTo = useCallback(
    async (messageId: string, direction: Direction) => {
      if (switching.current) return
      switching.current = true
      pressed.current = { messageId, direction }
      const result = await callApi(`/api/conversations/${conversationId}`, {
        method: 'PATCH',
        body: { activeLeafId: messageId },
      })
      const failure = !result.ok ? result.failure : (await showSwitched(messageId)) ? null : networkFailure
      dispatch({ type: 'refused', failure })
      if (failure !== null) pressed.current = null
      switching.current = false
    },
    [conversationId, dispatch, showSwitched],
  )

  const value = useMemo<ThreadActions>(
    () => ({
      busy,
      editing,
      refusal,
      edit,
      cancelEdit,
      submitEdit,
      switchTo: (messageId, direction) => void switchTo(messageId, direction),
      pressed,
      leftEdit,
    }),
    [busy, editing, refusal, edit, cancelEdit, submitEdit, switchTo],
  )
  return <ThreadActionsContext value={value}>{children}</ThreadActionsContext>
}

/** Returns null outside a thread, for example on a shared page. */
export const useThreadActions = (): ThreadActions | null => useContext(ThreadActionsContext)
