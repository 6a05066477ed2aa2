import { answerCall } from '@/lib/worker/answer-call'
import { prepareImport } from './prepare-import'

answerCall(prepareImport)
