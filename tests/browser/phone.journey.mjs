// A phone: the timeline above, one sheet below it, everything in reach of a thumb; large text; forced colours.

const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }
const small = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }
const tab = (page, name) => page.locator('.thumb .tabs button', { hasText: name })
const width = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** Buttons, fields and sliders in sight that a finger would miss; what lies on the picture is as high as its row. */
const tooSmall = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, input, select, summary, textarea')]
      .filter((one) => one.checkVisibility() && !one.closest('.scroll, .rows, .fault-marks, .cells, .tubes'))
      .map((one) => [one, one.type === 'checkbox' ? one.closest('li, label').getBoundingClientRect() : one.getBoundingClientRect()])
      .filter(([, { width, height }]) => width > 0 && (height < 43.5 || width < 43.5))
      .map(([one, { width, height }]) => `${one.className || one.id || one.innerText} ${Math.round(width)}×${Math.round(height)}`),
  )

export default {
  'the timeline has half of the height, and a whole slider stands below it and moves': async (t) => {
    for (const locale of ['en-US', 'ko-KR']) {
      for (const size of [phone, small]) {
        const page = await t.open('', { ...size, locale })
        const [seen, slider] = await page.evaluate(() => {
          const top = document.querySelector('.timeline').getBoundingClientRect().top
          const sheet = document.querySelector('.thumb').getBoundingClientRect().top
          const transport = document.querySelector('.transport').getBoundingClientRect()
          const slider = document.querySelector('.controls .slider').getBoundingClientRect()
          return [(Math.min(sheet, transport.top) - top) / innerHeight, slider.bottom <= innerHeight]
        })
        t.assert.ok(seen >= 0.5, `${seen} ${locale}`)
        t.assert.ok(slider, 'the first slider is whole')
        await t.leave()
      }
    }
    const page = await t.open('', phone)
    const before = await t.figure(page, 'Batch')
    await t.slide(page, 'linger.ms', '0 ms')
    t.assert.notEqual(await t.figure(page, 'Batch'), before)
  },

  'nothing scrolls sideways and nothing is too small for a finger, on each tab': async (t) => {
    for (const locale of ['en-US', 'ko-KR']) {
      const page = await t.open('v=1&fault=kill:1@20ms', { ...small, locale })
      const tabs = page.locator('.thumb .tabs button')
      for (let number = 0; number < (await tabs.count()); number += 1) {
        await tabs.nth(number).click()
        if (number === 4) await page.locator('#side-panel .sheet[aria-busy="false"]').waitFor()
        t.assert.equal(await width(page), 0, `tab ${number} ${locale}`)
        t.assert.deepEqual(await tooSmall(page), [], `tab ${number} ${locale}`)
      }
    }
  },

  'all six figures are there, with whole names, in two rows of three': async (t) => {
    for (const locale of ['en-US', 'ko-KR']) {
      const page = await t.open('', { ...small, locale })
      const seen = await page.evaluate(() => {
        const names = [...document.querySelectorAll('.figure dt')].filter((one) => one.checkVisibility())
        const cut = names.filter((one) => one.scrollWidth > one.clientWidth || getComputedStyle(one).textOverflow !== 'clip')
        const rows = new Set(names.map((one) => Math.round(one.getBoundingClientRect().top)))
        return [names.length, cut.length, rows.size]
      })
      t.assert.deepEqual(seen, [6, 0, 2], locale)
    }
  },

  'each panel of the form fits a phone of 360 px': async (t) => {
    for (const form of ['settings', 'workload', 'assumptions', 'faults', 'saved']) {
      const page = await t.open(`v=1&form=${form}&fault=kill:1@20ms`, small)
      await page.locator('.drawer .sheet[aria-busy="false"]').waitFor()
      t.assert.equal(await width(page), 0, form)
      t.assert.deepEqual(await tooSmall(page), [], form)
      await page.locator('.drawer .back').click()
      await page.locator('.drawer').waitFor({ state: 'detached' })
      await t.leave()
    }
  },

  'the sheet is raised and lowered by its handle, by touch and by key': async (t) => {
    const page = await t.open('', phone)
    const height = () => page.locator('.controls').evaluate((form) => form.getBoundingClientRect().height)
    const low = await height()
    await page.locator('.handle').focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction((low) => document.querySelector('.controls').getBoundingClientRect().height > low, low)
    t.assert.ok((await height()) > low)
  },

  'what is selected on the timeline is explained in the sheet': async (t) => {
    const page = await t.open('v=1&sel=p0.0', phone)
    await page.locator('#side-panel .sheet').getByText('linger.ms ran out').first().waitFor()
    t.assert.ok(await page.locator('#side-panel').isVisible())
    await tab(page, 'Producer').click()
    t.assert.ok(await page.getByRole('slider', { name: 'linger.ms' }).isVisible())
  },

  'at 200 % text size everything is still there': async (t) => {
    for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
      const page = await t.open('', { viewport })
      await page.addStyleTag({ content: 'html { font-size: 200% !important }' }).catch(() => {})
      await page.evaluate(() => document.documentElement.style.setProperty('font-size', '28px'))
      t.assert.equal(await width(page), 0, `${viewport.width}`)
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll('.figure, .choice button, .presets button, .tabs button, .opener')]
          .filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
          .map((one) => one.innerText),
      )
      t.assert.deepEqual(cut, [], `${viewport.width}`)
    }
  },

  'the header keeps to one row with large text, and what it leaves out opens and closes': async (t) => {
    const page = await t.open('', phone)
    await page.evaluate(() => document.documentElement.style.setProperty('font-size', '28px'))
    const tops = await page.evaluate(() =>
      [...document.querySelectorAll('.top h1, .top button')].filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2),
    )
    t.assert.ok(tops.length >= 4 && Math.max(...tops) - Math.min(...tops) < 8, `${tops}`)
    const menu = page.locator('.top .more')
    await menu.tap()
    await page.locator('.top .rest').getByRole('button', { name: 'Share' }).waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.top .rest').waitFor({ state: 'hidden' })
    await menu.tap()
    await page.locator('.top .rest').getByRole('button', { name: '한국어' }).tap()
    await page.locator('html[lang=ko]').waitFor()
    await page.locator('.timeline canvas').tap({ position: { x: 200, y: 100 } })
    await page.locator('.top .rest').waitFor({ state: 'hidden' })
  },

  'nothing of the transport is cut: what has no room is behind one button': async (t) => {
    for (const locale of ['en-US', 'ko-KR']) {
      const page = await t.open('v=1&acks=1&records=200&fault=kill:1@24ms&sel=record3', { ...small, locale })
      const cut = () =>
        page.evaluate(() => {
          const all = [...document.querySelectorAll('.transport button, .transport select, .transport output, .transport canvas')]
          const seen = all.filter((one) => one.checkVisibility())
          const out = seen.filter((one) => {
            const { left, right } = one.getBoundingClientRect()
            return left < 0 || right > innerWidth
          })
          return [seen.length, out.length]
        })
      const [few, out] = await cut()
      t.assert.equal(out, 0, locale)
      await page.locator('.transport .more').tap()
      await page.locator('.transport select').waitFor()
      const [many, still] = await cut()
      t.assert.ok(many > few && still === 0, `${many} ${still}`)
      t.assert.deepEqual(await tooSmall(page), [])
      await t.accessible(page, 'transport')
      await page.keyboard.press('Escape')
      await page.locator('.transport select').waitFor({ state: 'hidden' })
    }
  },

  'the state stands between play and next, says what the whole state says, and follows the playhead': async (t) => {
    for (const locale of ['en-US', 'ko-KR']) {
      const page = await t.open('', { ...small, locale })
      const short = page.locator('.at-hand small')
      await short.first().waitFor()
      await page.locator('.moment .tubes small').first().waitFor()
      const agrees = () =>
        page.waitForFunction(() => {
          const texts = (of) => [...document.querySelectorAll(of)].map((one) => one.innerText)
          const whole = texts('.moment .tubes small').map((text, number) => `p${number} ${text.split('/')[0]} B`)
          const [first, second, slots] = texts('.at-hand small')
          return whole.join() === [first, second].join() && /\d\/5$/.test(slots)
        })
      await agrees()
      const before = await page.locator('.at-hand').innerText()
      t.assert.match(before, /p0 · HW \d+ · LEO \d+/)
      const cut = await short.evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length)
      t.assert.equal(cut, 0, locale)
      for (let step = 0; step < 6; step += 1) await page.locator('.transport .group button:nth-child(3)').first().tap()
      await page.waitForFunction((before) => document.querySelector('.at-hand').innerText !== before, before)
      await agrees()
      // the strip of the whole run, and the step back, are behind one button
      await page.locator('.transport .more').tap()
      await page.locator('.transport .rest canvas').waitFor()
      await page.locator('.transport .rest').getByRole('button', { name: /^(Previous event|이전 사건)$/ }).waitFor()
      await t.leave()
    }
  },

  'what can be done with a row is at the right edge, and stands on no picture': async (t) => {
    const page = await t.open('', phone)
    const edges = await page.evaluate(() => [...document.querySelectorAll('.rows button')].map((one) => innerWidth - one.getBoundingClientRect().right))
    t.assert.ok(edges.length > 4 && edges.every((edge) => edge >= 0 && edge < 4), `${edges}`)
  },

  'the picture grows with the text, and nothing stands on the names of its rows': async (t) => {
    for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
      const page = await t.open('', { viewport })
      const height = () => page.locator('canvas[role=application]').evaluate((canvas) => canvas.getBoundingClientRect().height)
      const before = await height()
      await page.evaluate(() => document.documentElement.style.setProperty('font-size', '28px'))
      await page.waitForFunction(
        (before) => document.querySelector('canvas[role=application]').getBoundingClientRect().height > before * 1.4,
        before,
      )
      const covered = await page.evaluate(() => {
        const name = document.querySelector('.rows li').getBoundingClientRect()
        const zoom = [...document.querySelectorAll('.zoom button, .corner button')].filter((one) => one.checkVisibility())
        const over = zoom.filter((one) => {
          const { top, bottom, left } = one.getBoundingClientRect()
          return bottom > name.top + 1 && top < name.bottom && left < name.right
        })
        return [zoom.length, over.length]
      })
      // on a phone they are behind a button of the transport
      t.assert.deepEqual(covered, [viewport.width < 760 ? 0 : 3, 0], `${viewport.width}`)
      await t.leave()
    }
  },

  'with forced colours the chosen value is still seen': async (t) => {
    const page = await t.open('', { forcedColors: 'active' })
    const colours = await page.evaluate(() => {
      const colour = (of) => getComputedStyle(document.querySelector(of)).backgroundColor
      return [colour('.choice [aria-pressed="true"]'), colour('.choice [aria-pressed="false"]')]
    })
    t.assert.notEqual(colours[0], colours[1])
  },

  'with less motion wanted nothing moves by itself': async (t) => {
    const page = await t.open('', { reducedMotion: 'reduce' })
    t.assert.equal(await page.evaluate(() => document.getAnimations().length), 0)
  },
}
