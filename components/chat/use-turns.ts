'use client'

import { type Dispatch, useCallback, useEffect, useRef } from 'react'
import { v7 } from 'uuid'
import { callApi } from '@/components/api/call-api'
import type { Answer } from '@/components/chat/build-answer'
import { followTurn, type TurnEnd } from '@/components/chat/follow-turn'
import { awaitedAnswer, type ThreadMessage, userMessage } from '@/components/chat/thread-message'
import type { ThreadAction } from '@/components/chat/thread-state'
import type { ChatRequest } from '@/lib/contract/api'

type Open = (signal: AbortSignal, lastEventId: string | null) => Promise<Response>
/** Why an answer is asked for again: to have another, or the rest of it. */
export type AnotherAnswer = 'regenerate-message' | 'continue-message'

type TurnsOptions = {
  conversationId: string
  model: string | null
  dispatch: Dispatch<ThreadAction>
  /** The server has taken the turn; also when it has ended: what is listed beside the chat may have changed. */
  onTurn: (moment: 'opened' | 'ended') => void
}

/** At most one state update per frame or two, however fast the tokens come. A timer also runs in a hidden tab. */
const updateEveryMs = 32

const post =
  (request: ChatRequest): Open =>
  (signal) =>
    fetch('/api/chat', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      signal,
    })

/** Everything that makes an answer run: send, ask again, follow one that runs already, stop. */
export function useTurns({ conversationId, model, dispatch, onTurn }: TurnsOptions) {
  // Leaving the page only closes the connection: the turn runs on at the server and is stored.
  const connection = useRef<AbortController | null>(null)
  useEffect(() => () => connection.current?.abort(), [])
  // The same text sent again after a refusal goes under the same id: if the first did arrive, it is not asked twice.
  const unsettled = useRef<{ id: string; text: string } | null>(null)
  const requests = useRef(new Map<string, ChatRequest>())

  const follow = useCallback(
    async (open: Open, opened: () => void = () => undefined): Promise<TurnEnd> => {
      const controller = new AbortController()
      connection.current = controller
      let newest: Answer | null = null
      let timer: ReturnType<typeof setTimeout> | null = null
      const flush = () => {
        timer = null
        if (newest !== null) dispatch({ type: 'arrived', answer: newest })
      }
      const onAnswer = (answer: Answer) => {
        newest = answer
        timer ??= setTimeout(flush, updateEveryMs)
      }
      const onOpened = () => {
        dispatch({ type: 'opened' })
        opened()
      }
      const end = await followTurn(open, { onOpened, onAnswer }, controller.signal)
      if (timer !== null) clearTimeout(timer)
      if (end.kind === 'left') return end
      if (end.kind === 'lost') flush()
      dispatch({ type: 'ended', end })
      if (end.kind !== 'refused') onTurn('ended')
      return end
    },
    [dispatch, onTurn],
  )

  /** True as soon as the server has the message safe; false when it refused it. */
  const send = useCallback(
    (text: string): Promise<boolean> => {
      const id = unsettled.current?.text === text ? unsettled.current.id : v7()
      unsettled.current = { id, text }
      const request: ChatRequest = { conversationId, message: { id, role: 'user', parts: [{ type: 'text', text }] } }
      if (model !== null) request.model = model
      const answer = awaitedAnswer(id)
      requests.current.set(answer.key, request)
      dispatch({ type: 'sent', user: userMessage(id, text), answer })
      return new Promise((resolve) => {
        const opened = () => {
          unsettled.current = null
          onTurn('opened')
          resolve(true)
        }
        void follow(post(request), opened).then((end) => {
          if (end.kind === 'refused' && end.failure.code === 'idempotency_mismatch') unsettled.current = null
          resolve(false)
        })
      })
    },
    [conversationId, dispatch, follow, model, onTurn],
  )

  /**
   * A new answer in the place of an old one, never from the cache; or the rest of one that was broken off. Retrying a
   * failed answer is a new one.
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

  return { send, askAgain, resume, stop }
}
