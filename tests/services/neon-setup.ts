/** Points Neon's driver at the proxy of this run. Its settings are global statics, hence a setup file and only here. */
import { neonConfig } from '@neondatabase/serverless'
import { runningServices } from './services'

const { neonProxyPort } = runningServices()

neonConfig.wsProxy = (host, port) => `127.0.0.1:${neonProxyPort}/v2?address=${host}:${port}`
neonConfig.useSecureWebSocket = false
neonConfig.pipelineTLS = false
// The server asks SCRAM; sending the password ahead only works where it travels in clear.
neonConfig.pipelineConnect = false
