// The form: settings, workload, assumptions, faults, what is saved and shared, undo.

const drawer = (page) => page.locator('.drawer .sheet[aria-busy="false"]')
const undo = (page) => page.getByRole('button', { name: 'Undo' })

export default {
  'all settings are searched, and one that is changed is marked and reset singly': async (t) => {
    const page = await t.open()
    await page.getByRole('button', { name: /All settings/ }).first().click()
    await drawer(page).waitFor()
    const name = page.locator('.drawer label[for="set-linger.ms"]')
    const linger = await name.boundingBox()
    const importance = await name.locator('xpath=following-sibling::small').boundingBox()
    t.assert.ok(importance.height < 2 * linger.height, 'it is one line')
    t.assert.ok(importance.x >= linger.x + linger.width, 'beside the name')
    await page.getByRole('searchbox').fill('backoff.max')
    await page.locator('.drawer .control').first().waitFor()
    await page.waitForFunction(() => document.querySelectorAll('.drawer .control').length < 5)
    const field = page.locator('#set-retry\\.backoff\\.max\\.ms')
    await field.fill('2s')
    await field.press('Enter')
    await t.settled(page)
    t.assert.match(page.url(), /retry\.backoff\.max\.ms=2000/)
    await page.locator('.head.changed', { hasText: 'retry.backoff.max.ms' }).waitFor()
    await page.getByRole('button', { name: /^retry\.backoff\.max\.ms: / }).click()
    await page.waitForFunction(() => !location.hash.includes('retry'))
    t.assert.equal(await page.getByRole('searchbox').inputValue(), 'backoff.max')
  },

  'a version changes defaults, and says which rules were different then': async (t) => {
    const page = await t.open('v=1&form=settings')
    await drawer(page).waitFor()
    await page.getByRole('button', { name: '2.8', exact: true }).click()
    await page.getByText('KIP-794').waitFor()
    t.assert.match(page.url(), /kafka=2\.8/)
    t.assert.equal(await page.locator('#set-linger\\.ms').inputValue(), '0 ms')
  },

  'acks=1 shows idempotence off, and why; asking for it is refused in the words of Kafka': async (t) => {
    const page = await t.open('v=1&acks=1')
    const pressed = page.locator('[aria-labelledby="set-enable.idempotence"] [aria-pressed="true"]')
    t.assert.equal(await pressed.innerText(), 'false')
    t.assert.match(await page.locator('.holds').innerText(), /acks=1/)
    t.assert.match(await page.locator('.warned').innerText(), /Idempotence will be disabled because acks is set to 1/)
    await page.locator('[aria-labelledby="set-enable.idempotence"] button', { hasText: 'true' }).click()
    const told = page.locator('.refused', { hasText: 'Must set acks to all in order to use the idempotent producer' })
    await told.first().waitFor()
    t.assert.equal(await told.count(), 2, 'at both of them')
  },

  'a combination that Kafka refuses is told at every setting that it is about': async (t) => {
    const page = await t.open('v=1&delivery.timeout.ms=30000')
    const words = 'delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms'
    const at = (name) => page.locator('.control', { has: page.locator(`label[for="set-${name}"]`) }).locator('.refused')
    t.assert.match(await at('linger.ms').innerText(), new RegExp(words.replace(/[.+]/g, '\\$&')))
    t.assert.match(await page.locator('.said').innerText(), /Kafka refuses delivery\.timeout\.ms/)
    await page.getByRole('button', { name: /All settings/ }).first().click()
    await drawer(page).waitFor()
    for (const name of ['delivery.timeout.ms', 'request.timeout.ms', 'linger.ms']) {
      t.assert.match(await at(name).innerText(), /should be equal to or larger/, name)
    }
    await page.getByRole('button', { name: /^delivery\.timeout\.ms: / }).click()
    await page.locator('.refused').first().waitFor({ state: 'detached' })
    // more replicas than brokers, each of which has its knob
    const other = await t.open('v=1&brokers=2')
    t.assert.equal(await other.locator('.controls .refused').count(), 2)
    // and what has no knob in the form is told where its section leads on to it
    const third = await t.open('v=1&replica.socket.timeout.ms=100')
    const told = third.locator('.controls section', { hasText: 'Topic and brokers' })
    await told.locator('.refused', { hasText: 'replica.socket.timeout.ms should always be at least' }).waitFor()
    await told.getByRole('button', { name: 'replica.socket.timeout.ms' }).click()
    await third.locator('.drawer .refused').first().waitFor()
  },

  'a value that a part does not take stays, through a reload and undo': async (t) => {
    const page = await t.open()
    const field = page.locator('#set-rate')
    await field.fill('a lot')
    await field.press('Enter')
    await page.locator('.refused').waitFor()
    // the address follows the picture by a frame
    await page.waitForFunction(() => location.hash.includes('rate='))
    await page.reload()
    await t.settled(page)
    t.assert.equal(await field.inputValue(), 'a lot')
    await undo(page).click()
    await page.waitForFunction(() => document.querySelector('#set-rate').value === '1000')
  },

  'undo and redo survive a reload, for settings, presets and faults': async (t) => {
    const page = await t.open()
    await t.slide(page, 'linger.ms', '20 ms')
    await page.getByRole('button', { name: 'bursty' }).click()
    await t.settled(page)
    t.assert.match(page.url(), /linger\.ms=20.*arrivals=bursts/)
    await page.reload()
    await t.settled(page)
    await undo(page).click()
    await page.waitForFunction(() => !location.hash.includes('bursts'))
    await page.getByRole('button', { name: 'Redo' }).click()
    await page.waitForFunction(() => location.hash.includes('bursts'))
  },

  'Ctrl+Z undoes after a panel of the form was closed, and with the focus on a slider or a box': async (t) => {
    const page = await t.open('v=1&form=settings&fault=kill:1@20ms')
    await drawer(page).waitFor()
    await page.locator('[aria-label="Back to the form"]').click()
    await page.locator('.drawer').waitFor({ state: 'detached' })
    await page.getByRole('slider', { name: 'linger.ms', exact: true }).focus()
    await page.keyboard.press('Home')
    await page.waitForFunction(() => location.hash.includes('linger.ms=0'))
    await page.keyboard.press('Control+z')
    await page.waitForFunction(() => !location.hash.includes('linger.ms'))
    const box = page.locator('.faults input[type="checkbox"]')
    await box.focus()
    await page.keyboard.press('Space')
    await page.waitForFunction(() => location.hash.includes('off'))
    await page.keyboard.press('Control+z')
    await page.waitForFunction(() => !location.hash.includes('off'))
    await page.getByRole('button', { name: /All settings/ }).first().click()
    await drawer(page).waitFor()
    await page.locator('[aria-labelledby="set-acks"] button', { hasText: '1' }).first().click()
    await page.waitForFunction(() => location.hash.includes('acks=1'))
    await page.locator('[aria-label="Back to the form"]').click()
    await page.locator('.drawer').waitFor({ state: 'detached' })
    await page.keyboard.press('Control+z')
    await page.waitForFunction(() => !location.hash.includes('acks=1'))
  },

  'a row of keys on a slider is one step back, on another slider or after the focus left it is the next': async (t) => {
    const page = await t.open()
    const slider = (name) => page.getByRole('slider', { name, exact: true })
    const hash = (want) => page.waitForFunction((want) => location.hash === want, want)
    const begun = await page.evaluate(() => location.hash)
    await slider('linger.ms').focus()
    for (let press = 0; press < 4; press += 1) await page.keyboard.press('ArrowRight')
    await page.waitForFunction(() => location.hash.includes('linger.ms'))
    const first = await page.evaluate(() => location.hash)
    await slider('batch.size').focus()
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowLeft')
    await page.waitForFunction(() => location.hash.includes('batch.size'))
    await slider('linger.ms').focus()
    await page.keyboard.press('End')
    await page.waitForFunction((first) => !location.hash.includes(first.split('&')[1]), first)
    await page.keyboard.press('Control+z')
    await page.waitForFunction(() => location.hash.includes('batch.size'))
    await page.keyboard.press('Control+z')
    await hash(first)
    await page.keyboard.press('Control+z')
    await hash(begun)
    t.assert.ok(await undo(page).isDisabled())
  },

  'every assumption is there with its reason, and changes the run': async (t) => {
    const page = await t.open('v=1&form=assumptions')
    await drawer(page).waitFor()
    t.assert.equal(await page.locator('.drawer .control').count(), 12)
    const before = await t.figure(page, 'Latency')
    const field = page.locator('#set-one-way')
    await field.fill('3 ms')
    await field.press('Enter')
    await t.settled(page)
    t.assert.match(page.url(), /one-way=3ms/)
    t.assert.notEqual(await t.figure(page, 'Latency'), before)
  },

  'a fault is added by form, switched off, and left out in one click': async (t) => {
    const page = await t.open('v=1&form=faults&t=20ms')
    await drawer(page).waitFor()
    await page.getByRole('button', { name: 'kill the process' }).click()
    await page.getByRole('button', { name: 'Add this fault' }).click()
    await page.waitForFunction(() => location.hash.includes('fault=kill:1@20ms'))
    await t.settled(page)
    await page.locator('.drawer .counts button').first().click()
    await page.getByRole('button', { name: 'Compare: without this one' }).click()
    await page.waitForFunction(() => location.hash.includes('a.fault=kill'))
    t.assert.match(page.url(), /panel=compare/)
    await undo(page).click()
    await page.waitForFunction(() => location.hash.includes('fault=kill:1@20ms'))
  },

  'a fault whose event never came did not happen': async (t) => {
    const page = await t.open('v=1&form=faults&fault=silent@record4000.0&fault=silent@request2')
    await drawer(page).waitFor()
    const rows = await page.locator('.drawer .counts li').allInnerTexts()
    t.assert.match(rows[0], /did not happen/)
    t.assert.match(rows[1], /unstable/)
  },

  'a scenario is saved with a name, opened, renamed and deleted': async (t) => {
    const page = await t.open('v=1&acks=1&form=saved')
    await drawer(page).waitFor()
    await page.getByLabel('Name', { exact: true }).fill('one copy')
    await page.getByRole('button', { name: 'Save this scenario' }).click()
    const row = page.locator('.drawer .counts button', { hasText: 'one copy' })
    await row.waitFor()
    await page.locator('[aria-label="Back to the form"]').click()
    await page.locator('[aria-labelledby="set-acks"] button', { hasText: 'all' }).click()
    await t.settled(page)
    await page.getByRole('button', { name: /Saved scenarios/ }).click()
    await row.click()
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await page.waitForFunction(() => location.hash.includes('acks=1'))
    await page.getByRole('button', { name: /Saved|Saved scenarios/ }).first().click()
    await row.waitFor()
    if (!(await page.getByLabel('New name').isVisible())) await row.click()
    await page.getByLabel('New name').fill('leader only')
    await page.getByRole('button', { name: 'Rename' }).click()
    const renamed = page.locator('.drawer .counts button', { hasText: 'leader only' })
    await renamed.click()
    await page.getByRole('button', { name: 'Delete …' }).click()
    await page.getByRole('button', { name: 'Delete it for good' }).click()
    await renamed.waitFor({ state: 'detached' })
  },

  'share copies the address, with theme and language only if asked': async (t) => {
    const page = await t.open('v=1&acks=1')
    await page.getByRole('button', { name: 'Share' }).click()
    const address = page.getByLabel('Address')
    t.assert.match(await address.inputValue(), /#v=1&acks=1$/)
    await page.getByLabel('with theme and language').check()
    await page.waitForFunction(() => document.querySelector('.popover input').value.includes('lang=en'))
    t.assert.match(await address.inputValue(), /theme=light&lang=en$/)
  },

  'what no address holds is said, saved instead, and survives a reload': async (t) => {
    const page = await t.open()
    const faults = Array.from({ length: 60 }, (_, n) => `fault=answer:NOT_ENOUGH_REPLICAS:appended@record${n}.0`)
    await page.evaluate((text) => {
      localStorage.setItem('linger.saved.long', text)
    }, `v=1&${faults.join('&')}`)
    await page.getByRole('button', { name: /Saved scenarios/ }).click()
    await page.locator('.drawer .counts button', { hasText: 'long' }).click()
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await page.locator('.drawer').waitFor({ state: 'detached' }).catch(() => {})
    await t.settled(page)
    await page.getByRole('button', { name: 'Share' }).click()
    t.assert.match(await page.locator('.popover').innerText(), /characters.*saved as “shared”/s)
    await page.reload()
    await t.settled(page)
    t.assert.equal(await page.locator('.faults li').count(), 60)
  },
}
