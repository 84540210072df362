// The panels that teach: import, code, embed, figures, lessons, comparison, sweep.

const PASTED = `acks=1
linger.ms = 20
client.id=checkout
sasl.jaas.config=do-not-read-me
batch.size=-7
`

export default {
  'pasted settings are taken, the others listed, secrets not read; taking them over is one step to undo': async (t) => {
    const page = await t.open('v=1&panel=import')
    const sheet = page.locator('#side-panel .sheet')
    await sheet.locator('textarea').fill(PASTED)
    await sheet.getByText('Settings that are taken').waitFor()
    const told = await sheet.innerText()
    t.assert.match(told, /client\.id/)
    t.assert.match(told, /sasl\.jaas\.config/)
    t.assert.match(told, /Invalid value -7 for configuration batch\.size/)
    t.assert.doesNotMatch(told, /do-not-read-me/)
    await t.accessible(page, 'import')
    await sheet.getByRole('button', { name: 'Run with these settings' }).click()
    await t.settled(page)
    t.assert.match(page.url(), /acks=1&linger\.ms=20&batch\.size=default/)
    await page.locator('.top button', { hasText: 'Undo' }).click()
    await t.settled(page)
    t.assert.doesNotMatch(page.url(), /acks=1/)
  },

  'each figure has its spread and its definition, and each of Kafka\'s metrics too': async (t) => {
    const page = await t.open('v=1&panel=figures')
    const sheet = page.locator('#side-panel .sheet')
    await sheet.getByText('Records, by latency').waitFor()
    t.assert.equal(await sheet.locator('h3').count(), 6)
    t.assert.match(await sheet.innerText(), /nearest rank/)
    await t.accessible(page, 'figures')
    await sheet.getByRole('button', { name: 'Kafka\'s metrics' }).click()
    await sheet.getByText('record-queue-time-avg').waitFor()
    for (const row of await sheet.locator('tbody tr').all()) {
      t.assert.notEqual((await row.locator('td').last().innerText()).trim(), '')
    }
  },
}
