// `npm start` and `npm run dev`. This file must stay in old syntax, because an old Node must be able to run it up
// to the message that it is too old.

const [major, minor] = process.versions.node.split('.').map(Number)

if (Number(major) < 22 || (Number(major) === 22 && Number(minor) < 12)) {
  console.error(
    `Goldfish needs Node 22.12 or newer, and this is ${process.versions.node}.\n` +
      'npm ci installs a newer Node for this folder, unless install scripts are disabled (ignore-scripts). Enable them and run\n' +
      'npm ci again, or install Node 24 on this machine.',
  )
  process.exit(1)
}

import('./launcher/launch.mjs')
  .then(({ launch }) => launch(process.argv.slice(2)))
  .catch((error) => {
    const isMissing =
      error.code === 'ERR_MODULE_NOT_FOUND' && !/file:|launcher/.test(error.message.split(' imported')[0])
    console.error(isMissing ? 'The packages are not installed. Run npm ci first.' : (error.stack ?? error))
    process.exit(1)
  })
