import { ageSessions } from './support/age-sessions'
import { expectAccessible } from './support/axe'
import { runningGoldfish } from './support/running-goldfish'
import { expect, test } from './support/test'

test('an API key is created, shown once, copied, used and revoked', async ({ page, person, context, request }) => {
  expect(person.name).toBe('Ada')
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto('/preferences')
  const section = page.getByRole('region', { name: 'API keys' })
  await section.getByRole('button', { name: 'Create key' }).click()
  const making = page.getByRole('dialog', { name: 'New API key' })
  await making.getByLabel('Name').fill('My script')
  await making.getByLabel('Name').press('Enter')
  await expect(making.getByRole('alert')).toHaveText('Select at least one.')
  await expectAccessible(page)
  await making.getByRole('checkbox', { name: /^Chat/ }).check()
  await making.getByLabel('Expires').selectOption('in 30 days')
  await making.getByLabel('Name').press('Enter')

  const created = page.getByRole('dialog', { name: 'API key created' })
  await expect(created).toContainText('You won’t see it again.')
  await expect(created.getByLabel('API key')).toBeFocused()
  await expectAccessible(page)
  await created.getByRole('button', { name: 'Copy' }).click()
  await expect(created.getByRole('status')).toHaveText('Copied')
  const key = await page.evaluate(() => navigator.clipboard.readText())
  expect(key).toMatch(/^gf_/)
  await created.getByRole('button', { name: 'Done' }).click()
  await expect(section.getByRole('button', { name: 'Create key' })).toBeFocused()

  const models = () => request.get(`${runningGoldfish().url}/api/models`, { headers: { 'x-api-key': key } })
  expect((await models()).status()).toBe(200)
  await page.reload()
  await expect(section.getByRole('listitem')).toContainText(/My script.*Chat.*Last used.*Expires/)
  expect(await page.content()).not.toContain(key.slice(8))

  await section.getByRole('button', { name: 'Revoke My script' }).click()
  const revoking = page.getByRole('dialog', { name: 'Revoke this key?' })
  await expectAccessible(page)
  await revoking.getByRole('button', { name: 'Cancel' }).click()
  await section.getByRole('button', { name: 'Revoke My script' }).click()
  await revoking.getByRole('button', { name: 'Revoke key' }).click()
  await expect(section.getByRole('status')).toHaveText('Revoked “My script”.')
  await expect(section.getByRole('listitem')).toHaveCount(0)
  await expect(section.getByRole('button', { name: 'Create key' })).toBeFocused()
  expect((await models()).status()).toBe(401)
})

test('creating a key asks for the password if the session is not fresh', async ({ page, person, cleanConsole }) => {
  cleanConsole.allow(/40[13]/)
  await ageSessions(person.email)
  await page.goto('/preferences')
  await page.getByRole('region', { name: 'API keys' }).getByRole('button', { name: 'Create key' }).click()
  const making = page.getByRole('dialog', { name: 'New API key' })
  await making.getByLabel('Name').fill('My script')
  await making.getByRole('checkbox', { name: /^Chat/ }).check()
  await making.getByRole('button', { name: 'Create key' }).click()
  await expect(making.getByRole('alert')).toHaveText('Confirm your password to create a key.')
  await making.getByLabel('Confirm your password').fill('not my password at all')
  await making.getByLabel('Confirm your password').press('Enter')
  await expect(making.getByText('Wrong password.')).toBeVisible()
  await expectAccessible(page)
  await making.getByLabel('Confirm your password').fill(person.password)
  await making.getByLabel('Confirm your password').press('Enter')
  await expect(page.getByRole('dialog', { name: 'API key created' })).toContainText('You won’t see it again.')
})

test.describe('API keys in the dark theme', () => {
  test.use({ colorScheme: 'dark' })

  test('the dialog for a new API key is accessible in the dark theme', async ({ page, person }) => {
    expect(person.name).toBe('Ada')
    await page.goto('/preferences')
    await page.getByRole('region', { name: 'API keys' }).getByRole('button', { name: 'Create key' }).click()
    await expect(page.getByRole('dialog', { name: 'New API key' }).getByLabel('Name')).toBeVisible()
    await expectAccessible(page)
  })
})
