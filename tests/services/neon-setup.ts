/**
 * Points Neon's driver at the proxy of this run. The driver's settings are global statics, so only a setup file may
 * change them.
 */
import { neonConfig } from '@neondatabase/serverless'
import { runningServices } from './services'

const { neonProxyPort } = runningServices()

neonConfig.wsProxy = (host, port) => `127.0.0.1:${neonProxyPort}/v2?address=${host}:${port}`
neonConfig.useSecureWebSocket = false
neonConfig.pipelineTLS = false
// The server requires SCRAM. Sending the password in advance works only with clear-text authentication.
neonConfig.pipelineConnect = false
