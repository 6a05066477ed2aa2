import { answerCall } from '@/lib/worker/answer-call'

export type Probe = {
  kind: 'echo' | 'throw' | 'exit' | 'spin' | 'fill' | 'wait'
  value?: unknown
  gate?: SharedArrayBuffer
}

/* Misbehaves in ways that a call must survive. `wait` sets `gate[0]` when it runs and ends when `gate[1]` is set. */
answerCall(({ kind, value, gate }: Probe): unknown => {
  switch (kind) {
    case 'echo':
      return value
    case 'throw':
      throw new Error('thrown in the thread')
    case 'exit':
      return process.exit(3)
    case 'spin':
      for (;;);
    case 'fill': {
      const kept: number[][] = []
      for (;;) kept.push(Array.from({ length: 1000 }, (_, index) => index + 0.5))
    }
    case 'wait': {
      const flags = new Int32Array(gate as SharedArrayBuffer)
      Atomics.add(flags, 0, 1)
      Atomics.wait(flags, 1, 0)
      return value
    }
  }
})
