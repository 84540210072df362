// The panels that teach: import, code, embed, figures, lessons, comparison, sweep.

import { createServer } from 'node:http'

const PASTED = `acks=1
linger.ms = 20
client.id=checkout
sasl.jaas.config=do-not-read-me
batch.size=-7
`

export default {
  'a line of the log selects on the timeline, and what is selected there is in sight in log and records': async (t) => {
    const page = await t.open('v=1&panel=log&records=400')
    const sheet = page.locator('#side-panel .sheet[aria-busy="false"]')
    await sheet.locator('tr[id]').nth(3).click()
    await page.locator('.tip.lasting').waitFor()
    await sheet.locator('tr[aria-current="true"]').first().waitFor()
    const inSight = () =>
      page.waitForFunction(() => {
        const row = document.querySelector('#side-panel tr[aria-current="true"]')
        if (!row) return false
        const [own, list] = [row, row.closest('.scroll')].map((one) => one.getBoundingClientRect())
        return own.top >= list.top && own.bottom <= list.bottom
      })
    await inSight()
    // what is selected elsewhere is on a later page
    await page.evaluate(() => { location.hash = location.hash.replace(/sel=[^&]*/, 'sel=record317') })
    await sheet.locator('tr[aria-current="true"]', { hasText: /partition/ }).first().waitFor()
    await inSight()
    await page.getByRole('tab', { name: 'Records' }).click()
    await sheet.locator('tr[aria-current="true"]', { hasText: '317' }).waitFor()
    await inSight()
  },

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
    for (const columns of await sheet.locator('.columns ul').all()) {
      const right = await columns.evaluate((list) => list.getBoundingClientRect().right - list.lastElementChild.getBoundingClientRect().right)
      t.assert.ok(Math.abs(right) < 1, `columns end ${right} px before their axis`)
    }
    await t.accessible(page, 'figures')
    await sheet.getByRole('button', { name: 'Kafka\'s metrics' }).click()
    await sheet.getByText('record-queue-time-avg').waitFor()
    t.assert.ok((await sheet.locator('.counts li').count()) > 30)
    t.assert.equal(await sheet.locator('.counts li:not(:has(small))').count(), 0)
    await t.accessible(page, 'metrics')
  },

  'two embeds on a page of another origin, where storage is blocked, fit their frames and ask for nothing': async (t) => {
    const embed = (fragment) =>
      `<iframe src="${t.url}embed.html#${fragment}" title="linger" width="100%" height="420" style="border:0"></iframe>`
    const host = `<!doctype html><html lang="en"><title>Docs</title><main><h1>Batching</h1>
      ${embed('v=1')}${embed('v=1&amp;acks=1&amp;controls=acks,rate&amp;show=timeline,figures&amp;theme=dark&amp;lang=ko')}</main>`
    const docs = createServer((_, answer) => answer.setHeader('Content-Type', 'text/html').end(host))
    docs.unref()
    await new Promise((listening) => docs.listen(0, '127.0.0.1', listening))
    const address = `http://127.0.0.1:${docs.address().port}/`
    const page = await t.open()
    const asked = []
    page.on('request', (request) => asked.push(request.url()))
    await page.addInitScript(() => {
      const blocked = { get() { throw new DOMException('storage is blocked', 'SecurityError') } }
      if (window !== window.top) Object.defineProperty(window, 'localStorage', blocked)
    })
    await page.goto(address)
    const [first, second] = [0, 1].map((at) => page.frameLocator('iframe').nth(at))
    for (const frame of [first, second]) await frame.locator('.embed[data-run="ready"] canvas').waitFor()
    for (const frame of page.frames().slice(1)) {
      const before = await frame.evaluate(() => performance.getEntriesByName('first picture').length)
      t.assert.equal(before, 0, 'the picture of the whole page is not shown first')
    }
    t.assert.equal(await first.locator('html').getAttribute('data-theme'), 'light')
    t.assert.equal(await second.locator('html').getAttribute('data-theme'), 'dark')
    t.assert.equal(await second.locator('html').getAttribute('lang'), 'ko')
    t.assert.equal(await second.getByRole('slider').count(), 1)
    const batches = () => first.locator('.figures').innerText()
    const before = await batches()
    await first.getByRole('slider', { name: 'linger.ms' }).focus()
    await page.keyboard.press('Home')
    await first.locator('.figures').getByText('1.0').waitFor()
    t.assert.notEqual(await batches(), before)
    t.assert.match(await first.getByRole('link').getAttribute('href'), /^\.\/#v=1&linger\.ms=0$/)
    for (const frame of page.frames().slice(1)) {
      const over = await frame.evaluate(() => {
        const [root, place, fitted] = [document.documentElement, document.querySelector('.place'), document.querySelector('.fitted')]
        const lower = fitted.getBoundingClientRect().bottom - place.getBoundingClientRect().bottom
        return Math.max(root.scrollHeight - root.clientHeight, root.scrollWidth - root.clientWidth, lower)
      })
      t.assert.ok(over <= 1, `it fits its frame: ${over} px over`)
    }
    const elsewhere = asked.filter((url) => !url.startsWith(t.url) && !url.startsWith(address))
    t.assert.deepEqual(elsewhere, [], 'nothing is asked of anybody else')
    await t.accessible(page, 'embeds')
    docs.close()
  },

  'the line for an embed has what was chosen': async (t) => {
    const page = await t.open('v=1&acks=1&panel=embed')
    const sheet = page.locator('#side-panel .sheet')
    await sheet.getByRole('button', { name: 'acks', exact: true }).click()
    await sheet.getByRole('button', { name: 'Dark' }).click()
    await sheet.getByText('theme=dark').waitFor()
    const line = await sheet.locator('.code code').innerText()
    t.assert.match(line, /^<iframe src="http:[^"]*\/embed\.html#v=1&amp;acks=1&amp;theme=dark&amp;show=figures,timeline&amp;controls=linger\.ms,batch\.size,acks"/)
    await t.accessible(page, 'embed')
  },

  'how we know: the cases are listed in both languages, and each opens as what was recorded': async (t) => {
    const page = await t.open()
    await page.getByRole('link', { name: /How we know/ }).click()
    await page.getByRole('heading', { name: 'How we know', level: 1 }).waitFor()
    const links = page.locator('details a')
    t.assert.ok((await links.count()) > 300)
    t.assert.match(await page.locator('main').innerText(), /transactions/)
    await t.accessible(page, 'how we know')
    await page.locator('summary', { hasText: 'Threads' }).click()
    await page.getByRole('link', { name: 'callback-flush', exact: true }).click()
    const told = page.locator('.controls .sheet')
    await told.getByText('is equal to what the real client 4.3.1 did').waitFor()
    await t.settled(page)
    const recorded = await (await fetch(`${t.url}cases/callback-flush.json`)).json()
    const acknowledged = recorded.expect.done.filter((done) => !done.error).length
    t.assert.ok((await t.figure(page, 'Acknowledged')).startsWith(`${acknowledged} / ${recorded.expect.sends.length}`))
    t.assert.ok((await t.figure(page, 'Requests')).startsWith(`${recorded.expect.requests.length} `))
    await t.accessible(page, 'a recorded case')
    await told.getByRole('button', { name: 'Back to the playground' }).click()
    await t.settled(page)
    t.assert.ok((await t.figure(page, 'Acknowledged')).startsWith('60 / 60'))
    const korean = await t.open('', { locale: 'ko-KR' })
    await korean.getByRole('link', { name: /어떻게 아는가/ }).click()
    await korean.getByRole('heading', { name: '어떻게 아는가', level: 1 }).waitFor()
    t.assert.ok((await korean.locator('details a').count()) > 300)
  },

  'a sweep has fifty points, each a dot on every chart': async (t) => {
    const page = await t.open('v=1&panel=sweep')
    const charts = page.locator('#side-panel .sheet .chart')
    await charts.nth(3).waitFor()
    for (let chart = 0; chart < 4; chart += 1) {
      const dots = await charts.nth(chart).locator('path.dots').first().getAttribute('d')
      const points = dots.split('M').length - 1
      t.assert.equal(await charts.nth(chart).locator('.strips i').count(), points)
      t.assert.ok(points >= 50, `${points} points`)
    }
    await t.accessible(page, 'a sweep')
  },

  'any number is found and swept over any range; a click on a dot or Enter on a row sets it; the address keeps it': async (t) => {
    for (const options of [{}, { locale: 'ko-KR', viewport: { width: 360, height: 740 }, hasTouch: true }]) {
      const page = await t.open('v=1&panel=sweep&delivery.timeout.ms=60000', options)
      const sheet = page.locator('#side-panel .sheet')
      await sheet.locator('input[type=search]').fill('delivery')
      await sheet.getByRole('button', { name: 'delivery.timeout.ms', exact: true }).click()
      const field = sheet.locator('.enter input')
      await sheet.locator('.enter', { hasText: 'delivery.timeout.ms' }).waitFor()
      await field.fill('0 – 60 s')
      await field.press('Enter')
      await page.waitForFunction(() => location.hash.includes('sweep=delivery.timeout.ms:'))
      // what Kafka refuses is a cross, a row and a sentence in its own words
      await sheet.locator('.chart path.bad').first().waitFor({ state: 'attached' })
      await sheet.locator('.note.bad', { hasText: 'should be equal to or larger than linger.ms + request.timeout.ms' }).waitFor()
      const table = sheet.locator('table[role=grid]')
      t.assert.ok((await table.locator('tr.bad').count()) > 5)
      await page.reload()
      await t.settled(page)
      await sheet.locator('.chart path.bad').first().waitFor({ state: 'attached' })
      const strip = sheet.locator('.chart').first().locator('.strips i').nth(-2)
      // on a phone tabs stand over the upper part of the sheet
      await strip.evaluate((one) => one.scrollIntoView({ block: 'end' }))
      await strip.click()
      await page.waitForFunction(() => !location.hash.includes('delivery.timeout.ms=60000&'))
      await t.settled(page)
      const clicked = page.url()
      await table.focus()
      await page.keyboard.press('End')
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('ArrowUp')
      await page.keyboard.press('Enter')
      await page.waitForFunction((was) => location.href !== was && /delivery\.timeout\.ms=3\d{4}&/.test(location.hash), clicked)
      await t.accessible(page, 'a sweep with refused points')
      await t.leave()
    }
  },

  'code is copied as it stands, in each client': async (t) => {
    const page = await t.open('v=1&linger.ms=20&panel=code', { permissions: ['clipboard-read', 'clipboard-write'] })
    const sheet = page.locator('#side-panel .sheet')
    for (const name of ['Kotlin', 'Java', 'Spring Boot', 'Python (confluent-kafka)', 'Go (franz-go)', 'Rust (rdkafka)', '.properties']) {
      await sheet.getByRole('button', { name, exact: true }).click()
      await sheet.locator('.buttons button[aria-pressed="true"]', { hasText: name }).waitFor()
      await page.waitForFunction(() => document.querySelector('#side-panel .sheet').getAttribute('aria-busy') === 'false')
      for (const figure of await sheet.locator('.code').all()) {
        await figure.getByRole('button').click()
        const copied = await page.evaluate(() => navigator.clipboard.readText())
        t.assert.equal(copied, await figure.locator('code').innerText(), name)
      }
    }
  },

  'a Spring application.yml and a Java map are read too, and no secret ever reaches the address': async (t) => {
    const yaml = [
      'spring:', '  kafka:', '    producer:', '      acks: 1', '      batch-size: 32KB', '      properties:', '        linger.ms: 30',
      '        sasl.jaas.config: hush-hush', '    ssl:', '      key-password: hush-hush',
    ].join('\n')
    const java = [
      'props.put(ProducerConfig.ACKS_CONFIG, "0");', 'props.put("linger.ms", 40);', 'props.put("ssl.keystore.password", "hush-hush");',
    ].join('\n')
    for (const [text, acks, linger] of [[yaml, '1', '30'], [java, '0', '40']]) {
      const page = await t.open('v=1&panel=import')
      const sheet = page.locator('#side-panel .sheet')
      await sheet.locator('textarea').fill(text)
      await sheet.getByText('Secret, and not read').waitFor()
      const told = await sheet.evaluate((sheet) => [...sheet.querySelectorAll(':not(textarea)')].map((one) => one.childElementCount ? '' : one.innerText).join(' '))
      t.assert.doesNotMatch(told, /hush/)
      await sheet.getByRole('button', { name: 'Run with these settings' }).click()
      await t.settled(page)
      await page.waitForFunction(([acks, linger]) => location.hash.includes(`acks=${acks}`) && location.hash.includes(`linger.ms=${linger}`), [acks, linger])
      const kept = await page.evaluate(() => JSON.stringify([location.href, history.state, { ...localStorage }, { ...sessionStorage }]))
      t.assert.doesNotMatch(kept, /hush/)
      await t.leave()
    }
  },

  'the lines of the log have their level and thread, and the names of the threads stand above them': async (t) => {
    const page = await t.open('v=1&panel=log&acks=0')
    const sheet = page.locator('#side-panel .sheet')
    await sheet.getByText('[kafka-producer-network-thread | producer-1]').waitFor()
    // it begins with what the form says of the settings
    t.assert.match(await sheet.locator('tr[id]').first().innerText(), /INFO\s+main\s+Idempotence will be disabled because acks is set to 0/)
    const row = sheet.locator('tr[id]', { hasText: 'partition=' }).first()
    t.assert.match(await row.innerText(), /INFO\s+network\s+partition=\d+ offset=-1 timestamp=\d+/)
    const { height } = await row.boundingBox()
    t.assert.ok(height < 62, `a line is ${height} px high`)
  },
}
