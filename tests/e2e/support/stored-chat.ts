import { storeChat as store } from '@/tests/bench/store-chat.mjs'
import { runningGoldfish } from './running-goldfish'

/** A conversation of this many messages, `Question 1`, `Answer 2` and so on; `messageId(n)` is the n-th one's id. */
export const storeChat = (email: string, messages: number) => store(runningGoldfish().databaseUrl, email, messages)
