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

/** Towards the older or the newer version of a message. */
export type Direction = 'previous' | 'next'

type ThreadActions = {
  /** An answer is being written: nothing else can be asked for, and the branch stays. */
  busy: boolean
  /** The message that is being edited, and what stands in its box. */
  editing: { key: string; text: string } | null
  /** Why the last thing asked of the server was refused. */
  refusal: Failure | null
  edit: (message: ThreadMessage, text: string) => void
  cancelEdit: () => void
  /** Sends the edited message as another version; the box comes back with its text where that is refused. */
  submitEdit: (message: ThreadMessage, text: string) => Promise<void>
  /** Shows the branch through another version of a message. */
  switchTo: (messageId: string, direction: Direction) => void
  /** Which message's arrow was pressed last: on the page it is another one then, and focus goes to its arrow. */
  pressed: RefObject<{ messageId: string; direction: Direction } | null>
  /** The key of the message whose box was just left without sending: its Edit button gets the focus back. */
  leftEdit: RefObject<string | null>
}

const ThreadActionsContext = createContext<ThreadActions | null>(null)

type ThreadActionsProviderProps = {
  conversationId: string
  busy: boolean
  refusal: Failure | null
  send: Send
  /** Shows the branch that was switched to, with this message in view; false where it could not be had. */
  showSwitched: (messageId: string) => Promise<boolean>
  /** Where the focus goes when an edited message is sent and its box is gone. */
  onEdited: () => void
  dispatch: Dispatch<ThreadAction>
  children: ReactNode
}

/** What can be done with the messages of a thread beside asking for another answer. */
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
      // Of something else.
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
      const answer = send({ text, files: messageFiles(message) }, { instead: message })
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

/** Null where messages are only shown. */
export const useThreadActions = (): ThreadActions | null => useContext(ThreadActionsContext)
