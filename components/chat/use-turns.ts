'use client'
import { type Dispatch, useCallback, useEffect, useRef } from 'react'
import { v7 } from 'uuid'
import { callApi } from '@/components/api/call-api'
import type { Failure } from '@/components/api/failure'
import type { Answer } from '@/components/chat/build-answer'
import { followTurn, type TurnEnd } from '@/components/chat/follow-turn'
import { readServerTiming } from '@/components/chat/read-server-timing'
import {
  awaitedAnswer,
  type OutgoingMessage,
  partsOf,
  type ThreadMessage,
  userMessage,
} from '@/components/chat/thread-message'
import type { ThreadAction } from '@/components/chat/thread-state'
import { announceTodoChange } from '@/components/todo/todo-change'
import { countTodoChanges } from '@/components/tool/tool-part'
import type { ChatRequest } from '@/lib/contract/api'

type Open = (signal: AbortSignal, lastEventId: string | null) => Promise<Response>
/** The reason for requesting an answer again: a new answer, or the rest of a partial one. */
export type AnotherAnswer = 'regenerate-message' | 'continue-message'

type SendOptions = {
  /** The id of a queued message. Other messages get a new id. */
  id?: string
  /** The message that this one replaces as a new version. */
  replaces?: ThreadMessage
}

/** Resolves to true as soon as the server has stored the message, and to false if the server rejected it. */
export type Send = (message: OutgoingMessage, options?: SendOptions) => Promise<boolean>

type TurnsOptions = {
  conversationId: string
  model: string | null
  /** Applies to the conversation that the first message creates. */
  temporary: boolean
  dispatch: Dispatch<ThreadAction>
  /**
   * Called when the server has accepted a turn and when it has ended, because the conversation list may have
   * changed.
   */
  onTurn: (moment: 'opened' | 'ended') => void
}

/**
 * The minimum interval between state updates, about two frames. A timer is used, because it also runs in hidden
 * tabs.
 */
const updateEveryMs = 32

const postTo =
  (path: string, body: object): Open =>
  (signal) =>
    fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    })
const post = (request: ChatRequest) => postTo('/api/chat', request)

/**
 * The actions that run a turn: send, request another answer, follow a running turn, answer an approval, and stop.
 */
export function useTurns({ conversationId, model, temporary, dispatch, onTurn }: TurnsOptions) {
  // Leaving the page only closes the connection. The turn continues on the server and is stored.
  const connection = useRef<AbortController | null>(null)
  useEffect(() => () => connection.current?.abort(), [])
  // A message that is resent after a rejection keeps its id. If the first request did arrive, it is not answered
  // twice.
  const unconfirmed = useRef<{ id: string; content: string } | null>(null)
  const requests = useRef(new Map<string, ChatRequest>())

  const follow = useCallback(
    async (open: Open, opened: () => void = () => undefined): Promise<TurnEnd> => {
      const controller = new AbortController()
      connection.current = controller
      let newest: Answer | null = null
      let todoChanges = 0
      let timer: ReturnType<typeof setTimeout> | null = null
      const flush = () => {
        if (timer !== null) clearTimeout(timer)
        timer = null
        if (newest === null) return
        dispatch({ type: 'arrived', answer: newest })
        const changes = countTodoChanges(newest.parts)
        if (changes > todoChanges) announceTodoChange()
        todoChanges = changes
        newest = null
      }
      const onAnswer = (answer: Answer) => {
        newest = answer
        timer ??= setTimeout(flush, updateEveryMs)
      }
      const onOpened = (response: Response) => {
        dispatch({ type: 'opened', serverTiming: readServerTiming(response.headers.get('server-timing')) })
        opened()
      }
      const onBroken = () => {
        flush()
        dispatch({ type: 'broken' })
      }
      const end = await followTurn(open, { onOpened, onBroken, onAnswer }, controller.signal)
      if (end.kind === 'left') {
        if (timer !== null) clearTimeout(timer)
        return end
      }
      flush()
      dispatch({ type: 'ended', end })
      if (end.kind !== 'refused') onTurn('ended')
      return end
    },
    [dispatch, onTurn],
  )

  const send = useCallback<Send>(
    (message, { id: queuedId, replaces } = {}) => {
      const parts = partsOf(message)
      const content = JSON.stringify([parts, replaces?.parentId])
      const id = queuedId ?? (unconfirmed.current?.content === content ? unconfirmed.current.id : v7())
      if (queuedId === undefined) unconfirmed.current = { id, content }
      const request: ChatRequest = {
        conversationId,
        message: { id, role: 'user', parts },
        ...(model === null ? {} : { model }),
        ...(replaces === undefined ? {} : { parentId: replaces.parentId }),
        ...(temporary ? { temporary } : {}),
      }
      const answer = awaitedAnswer(id)
      const user = userMessage(id, message.text, message.files)
      requests.current.set(answer.key, request)
      dispatch({ type: 'sent', user, answer, ...(replaces === undefined ? {} : { replaces: replaces.key }) })
      return new Promise((resolve) => {
        const opened = () => {
          unconfirmed.current = null
          onTurn('opened')
          resolve(true)
        }
        void follow(post(request), opened).then((end) => {
          if (end.kind === 'refused' && end.failure.code === 'idempotency_mismatch') unconfirmed.current = null
          resolve(false)
        })
      })
    },
    [conversationId, dispatch, follow, model, onTurn, temporary],
  )

  /**
   * Requests a new answer, never from the cache, or the rest of a partial one. A retry of a failed answer is a
   * new answer.
   */
  const askAgain = useCallback(
    (message: ThreadMessage, trigger: AnotherAnswer = 'regenerate-message') => {
      const lost = message.status === 'lost' ? requests.current.get(message.key) : undefined
      if (lost === undefined && message.id === null) return
      const request: ChatRequest = lost ?? {
        conversationId,
        trigger,
        ...(message.id === null ? {} : { messageId: message.id }),
        turnId: v7(),
        cache: 'bypass',
        ...(model === null ? {} : { model }),
      }
      requests.current.set(message.key, request)
      const turnId = request.turnId ?? request.message?.id ?? message.key
      dispatch({ type: 'asked-again', answer: awaitedAnswer(turnId, message.key) })
      void follow(post(request))
    },
    [conversationId, dispatch, follow, model],
  )

  /**
   * Approves or denies a tool call. The same answer then continues. The request is repeated if the connection
   * breaks. Resolves to the failure if the server rejected it, else to null.
   */
  const answerApproval = useCallback(
    async (message: ThreadMessage, toolCallId: string, approved: boolean): Promise<Failure | null> => {
      dispatch({ type: 'approval-answered', answerKey: message.key, toolCallId, approved })
      const path = `/api/chat/${conversationId}/approvals/${encodeURIComponent(toolCallId)}`
      const end = await follow(postTo(path, { approved }))
      return end.kind === 'refused' ? end.failure : null
    },
    [conversationId, dispatch, follow],
  )

  const resume = useCallback(
    (answerKey: string) => {
      dispatch({ type: 'resumed', answerKey })
      return follow((signal, lastEventId) => {
        const headers: HeadersInit = lastEventId === null ? {} : { 'last-event-id': lastEventId }
        return fetch(`/api/chat/${conversationId}/stream`, { signal, headers, cache: 'no-store' })
      })
    },
    [conversationId, dispatch, follow],
  )

  const stop = useCallback(async () => {
    dispatch({ type: 'stopping', stopping: true })
    const result = await callApi(`/api/chat/${conversationId}/stop`, { method: 'POST' })
    if (result.ok) return
    dispatch({ type: 'stopping', stopping: false })
    dispatch({ type: 'refused', failure: result.failure })
  }, [conversationId, dispatch])

  return { send, askAgain, answerApproval, resume, stop }
}
