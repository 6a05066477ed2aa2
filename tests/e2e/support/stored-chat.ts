import { storeChat as store } from '@/tests/bench/store-chat.mjs'
import { runningGoldfish } from './running-goldfish'

/**
 * Stores a conversation of `messages` messages: `Question 1`, `Answer 2` and so on. `messageId(n)` returns the id
 * of the n-th.
 */
export const storeChat = (email: string, messages: number) => store(runningGoldfish().databaseUrl, email, messages)
