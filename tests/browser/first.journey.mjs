// From a slider to the timeline.

export default {
  'a figure opens how it is spread, by mouse and by key': async (t) => {
    const page = await t.open()
    const heading = page.locator('#side-panel .sheet h3').first()
    await page.getByRole('button', { name: /^Latency.*: how it is spread$/ }).click()
    await heading.filter({ hasText: /latency/i }).waitFor()
    await page.getByRole('button', { name: /^Requests: how it is spread$/ }).focus()
    await page.keyboard.press('Enter')
    await heading.filter({ hasText: /request/i }).waitFor()
    t.assert.equal(await page.locator('#side-panel .sheet h3').count(), 6)
  },

  'the picture is there before the page around it is asked for, and is the same picture': async (t) => {
    for (const options of [{}, { colorScheme: 'dark', locale: 'ko-KR' }, { viewport: { width: 390, height: 844 } }]) {
      const page = await t.open('v=1&linger.ms=20&sel=p0.1&t=30ms', options)
      await page.addInitScript(() => {
        performance.mark = new Proxy(performance.mark, {
          apply: (mark, own, names) => {
            const canvas = document.querySelector('canvas')
            window.first = { picture: canvas.toDataURL(), top: canvas.getBoundingClientRect().top }
            return Reflect.apply(mark, own, names)
          },
        })
      })
      await page.reload()
      await t.settled(page)
      const canvas = page.locator('canvas[role="application"]')
      const then = await page.evaluate(() => window.first)
      const now = await canvas.evaluate((canvas) => ({ picture: canvas.toDataURL(), top: canvas.getBoundingClientRect().top }))
      t.assert.ok(then.picture === now.picture, 'the page shows what was there first')
      t.assert.equal(Math.round(then.top), Math.round(now.top), `and where it was, ${JSON.stringify(options)}`)
      const before = await page.evaluate(() => {
        const [painted] = performance.getEntriesByName('first picture')
        const asked = performance.getEntriesByType('resource').filter((file) => file.startTime < painted.startTime)
        return asked.map((file) => new URL(file.name).pathname.replace(/.*\//, '')).filter((name) => /\.(js|wasm|txt)$/.test(name)).sort()
      })
      const words = options.locale ? 'ko.txt' : 'en.txt'
      t.assert.deepEqual(before, [words, 'engine.js', 'engine_bg.wasm', 'start.js'].sort())
    }
  },

  'a bare address opens amid the run, where every part of the state tells something': async (t) => {
    const page = await t.open()
    t.assert.match(page.url(), /#v=1&t=\d+/)
    const state = page.locator('.moment .sheet')
    await state.getByText(/^Replicas of p0 at/).waitFor()
    const told = await state.innerText()
    t.assert.match(told, /[1-9]\d* rec/, 'a batch takes records')
    t.assert.match(told, /[1-9] of 5 slots/, 'a request is in flight')
    t.assert.match(told, /linger\.ms/, 'a batch waits')
    t.assert.ok((await state.locator('.cell.solid').count()) > 0, 'some records are committed')
    t.assert.ok((await state.locator('.cell.outline').count()) > 0, 'and some are not yet')
    // what an address without a moment has always meant is the end
    const end = await t.open('v=1')
    t.assert.ok(Number.parseFloat(await end.locator('.transport output').innerText()) > 60)
    await end.reload()
    await t.settled(end)
    t.assert.ok(Number.parseFloat(await end.locator('.transport output').innerText()) > 60)
  },

  'each of the six figures keeps to one line at 1440 px, however long it takes': async (t) => {
    for (const locale of ['en-US', 'ko-KR']) {
      for (const link of ['mode=get&records=30', 'rate=8000&arrivals=random&records=800', 'mode=get&records=30&one-way=400ms', 'records=20000&rate=20000&acks=1']) {
        const page = await t.open(`v=1&${link}`, { locale })
        const heights = await page.evaluate(() => [...document.querySelectorAll('.figure dd:not(.unseen)')].map((one) => one.getBoundingClientRect().height))
        t.assert.ok(Math.max(...heights) < 1.5 * Math.min(...heights), `${link} ${locale}: ${heights}`)
        await t.leave()
      }
    }
  },

  'quantities stand in groups of three; what can be typed, and what names a thing, does not': async (t) => {
    for (const locale of ['en-US', 'ko-KR']) {
      const page = await t.open('v=1&records=20000&rate=20000&batch.size=16384&panel=ledger', { locale })
      t.assert.match(await page.locator('.figure').first().innerText(), /20,000\s+· (all|전부)/)
      t.assert.match(await page.locator('.fates').innerText(), /20,000/)
      await page.locator('#side-panel .sheet').getByText('= 20,000').waitFor()
      t.assert.equal(await page.locator('#set-records').inputValue(), '20000')
      const memory = page.locator('.moment .bars').first()
      t.assert.match(await memory.innerText(), /32 MiB/)
      await t.leave()
    }
  },

  'linger.ms from 5 to 0 makes batches of one': async (t) => {
    const page = await t.open()
    t.assert.notEqual(await t.figure(page, 'Batch'), '1.0 rec · 19 %')
    await t.slide(page, 'linger.ms', '0 ms')
    t.assert.match(await t.figure(page, 'Batch'), /^1\.0 rec/)
    t.assert.match(await page.locator('.said').innerText(), /linger\.ms: 5 ms → 0 ms\..* 59 batches/)
  },

  'acks from all to 0: offsets are -1 and callbacks come as the bytes are written': async (t) => {
    const page = await t.open()
    await page.getByRole('tab', { name: 'Records' }).click()
    const row = page.locator('#row-0')
    t.assert.match(await row.innerText(), /Acknowledged and kept/)
    const columns = await page.locator('#side-panel thead th').allInnerTexts()
    const callback = columns.findIndex((name) => /callback/i.test(name))
    const told = async () => Number.parseFloat(await row.locator('th, td').nth(callback).innerText())
    const withAll = await told()
    await page.locator('[aria-labelledby="set-acks"] button', { hasText: '0' }).click()
    await t.settled(page)
    await page.waitForFunction(() => document.querySelector('#row-0')?.innerText.includes('-1'))
    t.assert.ok((await told()) < withAll, 'the callback comes when the bytes are written')
    t.assert.match(await page.locator('.figures').innerText(), /TOLD/i)
  },

  'the address brings the same state back': async (t) => {
    const page = await t.open()
    await t.slide(page, 'linger.ms', '20 ms')
    await page.locator('[aria-labelledby="set-acks"] button', { hasText: '1' }).click()
    await t.settled(page)
    const figures = await page.locator('.figures').innerText()
    t.assert.match(page.url(), /#v=1&acks=1&linger\.ms=20&t=\d+ms$/)
    await page.reload()
    await t.settled(page)
    t.assert.equal(await page.locator('.figures').innerText(), figures)
    t.assert.equal(await page.locator('#set-linger\\.ms').inputValue(), '20 ms')
  },

  'a link that is wrong in one part is told, and the rest of it holds': async (t) => {
    const page = await t.open('v=1&acks=1&nonsense=3&linger.m')
    const notices = await page.locator('.notice').allInnerTexts()
    t.assert.equal(notices.length, 2)
    t.assert.match(notices.join(' '), /nonsense/)
    t.assert.equal(await page.locator('[aria-labelledby="set-acks"] [aria-pressed="true"]').innerText(), '1')
  },

  'a recorded case that does not exist is told, and the form is there': async (t) => {
    const page = await t.open('v=1&acks=1&case=nope')
    t.assert.match(await page.locator('.notice').innerText(), /nope/)
    t.assert.equal(await page.locator('[aria-labelledby="set-acks"] [aria-pressed="true"]').innerText(), '1')
  },

  'a value that Kafka refuses is refused in place, in its words, and the picture stays': async (t) => {
    const page = await t.open()
    const before = await page.locator('.figures').innerText()
    const field = page.locator('#set-linger\\.ms')
    await field.fill('-3')
    await field.press('Enter')
    const told = page.locator('.refused')
    await told.waitFor()
    t.assert.match(
      await told.innerText(),
      /Invalid value -3 for configuration linger\.ms: Value must be at least 0/,
    )
    t.assert.equal(await page.locator('.figures').innerText(), before)
  },

  'a unit is read: 2k is 2048 bytes': async (t) => {
    const page = await t.open()
    const field = page.locator('#set-batch\\.size')
    await field.fill('2k')
    await field.press('Enter')
    await t.settled(page)
    t.assert.equal(await field.inputValue(), '2 KiB')
    t.assert.match(page.url(), /batch\.size=2048/)
  },

  'a click on a batch says why it left, with the numbers that decided it': async (t) => {
    const page = await t.open('v=1&sel=p0.0')
    const told = page.locator('#side-panel .sheet')
    await told.getByText('linger.ms ran out').first().waitFor()
    t.assert.match(await told.innerText(), /of 1,024 \(\d+ %\)/)
    t.assert.match(await told.innerText(), /RecordAccumulator/)
  },

  'the keyboard walks from event to event': async (t) => {
    const page = await t.open()
    await page.locator('canvas[role="application"]').focus()
    await page.keyboard.press('ArrowLeft')
    await page.locator('#side-panel .sheet h3').first().waitFor()
    const first = new URL(page.url()).hash
    t.assert.match(first, /t=/)
    await page.keyboard.press('ArrowLeft')
    await page.waitForFunction((hash) => location.hash !== hash, first)
  },

  'a long run goes to the worker, and its picture comes back': async (t) => {
    const page = await t.open('v=1&records=50000&rate=20000')
    t.assert.match(await t.figure(page, 'Acknowledged'), /50,?000/)
  },

  'nothing that axe finds: light and dark, English and Korean': async (t) => {
    for (const [colorScheme, locale] of [['light', 'en-US'], ['dark', 'ko-KR']]) {
      const page = await t.open('', { colorScheme, locale })
      await t.accessible(page, `${colorScheme} ${locale}`)
      for (const panel of ['code', 'ledger', 'records', 'sweep', 'lesson']) {
        await page.locator(`#tab-${panel}`).click()
        await page.locator('#side-panel .sheet[aria-busy="false"]').waitFor()
        await t.accessible(page, `${colorScheme} ${locale} ${panel}`)
      }
    }
  },

  'a lesson is asked, answered and explained': async (t) => {
    const page = await t.open('v=1&panel=lesson')
    await page.locator('#side-panel .sheet .counts button').first().click()
    const field = page.locator('#side-panel .sheet input').first()
    await field.fill('3')
    await field.press('Enter')
    await page.locator('#side-panel .sheet .counts', { hasText: '⚐' }).filter({ hasText: '⚑' }).waitFor()
  },

  'the code panel has a program for each client': async (t) => {
    const page = await t.open('v=1&panel=code&acks=1')
    await page.locator('#side-panel .sheet pre').first().waitFor()
    t.assert.match(await page.locator('#side-panel .sheet pre').first().innerText(), /exception\?\.let/)
    await page.getByRole('button', { name: '.properties' }).click()
    await page.getByText('acks=1').first().waitFor()
  },

  'the state follows the playhead': async (t) => {
    const page = await t.open('v=1&t=20ms')
    await page.locator('.moment').getByText('Replicas of p0 at 20 ms').waitFor()
    await page.locator('.transport button').first().click()
    await page.locator('.moment').getByText('Replicas of p0 at 0 ms').waitFor()
  },

  'the page works below a sub-path': async (t) => {
    const page = await t.open('', {}, t.subUrl)
    t.assert.match(await t.figure(page, 'Acknowledged'), /60/)
  },
}
