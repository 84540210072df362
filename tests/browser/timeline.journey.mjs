// The timeline: strip, rows, folds, tips, zoom, transport.

const canvas = 'canvas[role="application"]'
const failure = 'v=1&acks=1&records=200&fault=kill:1@24ms'
const hash = (page) => page.evaluate(() => location.hash)
const changed = (page, before) => page.waitForFunction((hash) => location.hash !== hash, before)

/** Where a row's name stands, as its button is called. */
const row = (page, name) => page.getByRole('button', { name: `${name}: fold, move, hide, faults` })
const height = async (page) => (await page.locator(canvas).boundingBox()).height

export default {
  'the strip moves playhead and window, by mouse and by key': async (t) => {
    const page = await t.open()
    const strip = page.locator('.strip canvas')
    const box = await strip.boundingBox()
    await page.mouse.click(box.x + box.width / 2, box.y + 10)
    await page.waitForFunction(() => /t=3\d/.test(location.hash))
    await page.keyboard.down('Shift')
    await page.mouse.move(box.x + 20, box.y + 10)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2, box.y + 10, { steps: 4 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    await page.waitForFunction(() => location.hash.includes('w='))
    const shown = () => strip.getAttribute('aria-valuetext')
    const drawn = await shown()
    await page.mouse.move(box.x + 60, box.y + 10)
    await page.mouse.down()
    await page.mouse.move(box.x + 120, box.y + 10, { steps: 4 })
    await page.mouse.up()
    t.assert.notEqual(await shown(), drawn, 'the window is dragged along')
    await strip.focus()
    const before = await shown()
    await page.keyboard.press('Shift+ArrowLeft')
    await page.waitForFunction((before) => document.querySelector('.strip canvas').getAttribute('aria-valuetext') !== before, before)
    await page.keyboard.press('Home')
    t.assert.match(await strip.getAttribute('aria-valuetext'), /^0 ms, shown: .* to /)
    await page.keyboard.press('0')
    await page.waitForFunction(() => !location.hash.includes('w='))
  },

  'rows fold, move, hide and come back, and are remembered': async (t) => {
    const page = await t.open()
    const all = await height(page)
    await row(page, 'main thread').focus()
    await page.keyboard.press('ArrowLeft')
    await page.waitForFunction((all) => document.querySelector('canvas[role="application"]').clientHeight < all, all)
    await page.keyboard.press('Alt+ArrowDown')
    await page.waitForFunction(() => document.querySelectorAll('.rows button')[1].title.startsWith('main thread'))
    await page.keyboard.press('Delete')
    await page.getByRole('button', { name: '1 hidden: show all again' }).waitFor()
    await page.reload()
    await t.settled(page)
    await page.getByRole('button', { name: '1 hidden: show all again' }).click()
    await page.waitForFunction((all) => document.querySelector('canvas[role="application"]').clientHeight === all, all)
  },

  'a row is dragged to another place, and has a menu': async (t) => {
    const page = await t.open()
    const callbacks = await row(page, 'callbacks').boundingBox()
    const first = await row(page, 'main thread').boundingBox()
    await page.mouse.move(callbacks.x + 30, callbacks.y + 8)
    await page.mouse.down()
    await page.mouse.move(first.x + 30, first.y, { steps: 6 })
    await page.mouse.up()
    await page.waitForFunction(() => document.querySelector('.rows button').title.startsWith('callbacks'))
    await row(page, 'callbacks').click()
    const menu = page.getByRole('dialog', { name: /^callbacks/ })
    await menu.getByRole('button', { name: 'hide' }).click()
    await page.getByRole('button', { name: '1 hidden: show all again' }).waitFor()
  },

  'rows can be used by touch': async (t) => {
    const page = await t.open('', { hasTouch: true, viewport: { width: 390, height: 844 } })
    await row(page, 'main thread').tap()
    await page.getByRole('dialog', { name: /^main thread/ }).getByRole('button', { name: 'fold', exact: true }).tap()
    await page.waitForFunction(() => localStorage['linger.rows']?.endsWith(';app'))
  },

  'quiet stretches unfold on a key and by click': async (t) => {
    const page = await t.open(failure)
    const pressed = (is) => page.locator(`[aria-label="Unfold quiet stretches"][aria-pressed="${is}"]`).waitFor()
    await pressed(false)
    await page.locator(canvas).focus()
    await page.keyboard.press('u')
    await pressed(true)
    await page.keyboard.press('u')
    await pressed(false)
    const box = await page.locator(canvas).boundingBox()
    await page.mouse.dblclick(box.x + box.width * 0.62, box.y + box.height - 14)
    await pressed(true)
  },

  'the pointer is told what lies under it; the selection keeps its value and its cause': async (t) => {
    const page = await t.open('v=1&sel=callback17')
    const lasting = page.locator('.tip.lasting')
    await lasting.getByText(/\d rec/).waitFor()
    const head = () => lasting.locator('span').innerText()
    const leads = (before) =>
      page.waitForFunction((before) => document.querySelector('.tip.lasting span')?.innerText !== before, before)
    const callback = await head()
    await lasting.getByRole('button', { name: /waited for/ }).click()
    await leads(callback)
    t.assert.match(await head(), /^→ broker 1/)
    await page.locator(canvas).focus()
    for (let step = 0; step < 2; step += 1) await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.waitForFunction((head) => document.querySelector('.tip.lasting span')?.innerText === head, callback)
    await page.keyboard.press('Escape')
    await lasting.waitFor({ state: 'detached' })
    const box = await page.locator(canvas).boundingBox()
    const name = await row(page, 'accumulator p0').boundingBox()
    for (let x = 130; x < 240; x += 6) await page.mouse.move(box.x + x, name.y + 40)
    await page.locator('.tip').getByText(/rec, \d+ of 1,024 B/).waitFor()
  },

  'zoom and pan: wheel, keys, drag, buttons, from microseconds to the whole run': async (t) => {
    const page = await t.open()
    const box = await page.locator(canvas).boundingBox()
    const strip = page.locator('.strip canvas')
    const window = async () => (await strip.getAttribute('aria-valuetext')).split('shown: ')[1]
    await page.mouse.move(box.x + 400, box.y + 200)
    await page.keyboard.down('Control')
    await page.mouse.wheel(0, -600)
    await page.keyboard.up('Control')
    await page.waitForFunction(() => location.hash.includes('w='))
    const near = await window()
    await page.mouse.down()
    await page.mouse.move(box.x + 300, box.y + 200, { steps: 4 })
    await page.mouse.up()
    t.assert.notEqual(await window(), near, 'a drag pans')
    await page.locator(canvas).focus()
    const dragged = await window()
    await page.keyboard.press('Alt+ArrowRight')
    await page.waitForFunction((before) => !document.querySelector('.strip canvas').getAttribute('aria-valuetext').includes(before), dragged)
    // the address follows in steps, not closer than a quarter of a second, and to the end
    await page.evaluate(() => {
      [window.written, window.begun] = [0, performance.now()]
      const write = history.replaceState
      history.replaceState = function (...all) {
        window.written += 1
        return write.apply(this, all)
      }
    })
    await page.mouse.move(box.x + 500, box.y + 200)
    await page.mouse.down()
    for (let x = 500; x > 300; x -= 4) await page.mouse.move(box.x + x, box.y + 200)
    await page.mouse.up()
    const [begin, end] = /([\d.]+) ms to ([\d.]+) ms/.exec(await window()).slice(1)
    await page.waitForFunction((w) => location.hash.includes(w), `w=${begin}ms-${end}ms`)
    const [written, took] = await page.evaluate(() => [window.written, performance.now() - window.begun])
    t.assert.ok(written <= took / 250 + 2, `${written} in ${took} ms`)
    for (let n = 0; n < 30; n += 1) await page.keyboard.press('+')
    const [from, to] = /shown: ([\d.]+) ms to ([\d.]+) ms/.exec(await strip.getAttribute('aria-valuetext')).slice(1)
    t.assert.ok(to - from < 0.03, `${from} to ${to}`)
    await page.keyboard.press('0')
    await page.waitForFunction(() => !location.hash.includes('w='))
    await page.getByRole('button', { name: 'Closer' }).first().click()
    await page.waitForFunction(() => location.hash.includes('w='))
    await page.getByRole('button', { name: 'Show all' }).first().click()
    await page.waitForFunction(() => !location.hash.includes('w='))
  },

  'two fingers zoom': async (t) => {
    const page = await t.open('', { hasTouch: true, viewport: { width: 390, height: 844 } })
    const box = await page.locator(canvas).boundingBox()
    const session = await page.context().newCDPSession(page)
    const touch = (type, ...xs) =>
      session.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: xs.map((x, id) => ({ x: box.x + x, y: box.y + 120, id })),
      })
    await touch('touchStart', 150)
    await touch('touchStart', 150, 210)
    for (let by = 10; by <= 80; by += 10) await touch('touchMove', 150 - by, 210 + by)
    await touch('touchEnd')
    await page.waitForFunction(() => location.hash.includes('w='))
  },

  'play, speed, loop, steps of the selected thing': async (t) => {
    const page = await t.open('v=1&window=10ms-20ms&t=10ms&sel=record17')
    const speed = page.getByRole('combobox', { name: 'Speed' })
    await speed.selectOption('20')
    await page.locator(canvas).focus()
    await page.keyboard.press('.')
    await page.waitForFunction(() => document.querySelector('.transport select').value === '10')
    await page.keyboard.press('r')
    await page.getByRole('button', { name: /in a loop/, pressed: true }).waitFor()
    const moments = new Set()
    await page.keyboard.press(' ')
    for (let n = 0; n < 12; n += 1) {
      moments.add(await page.locator('.transport output').innerText())
      await page.waitForFunction((old) => document.querySelector('.transport output').innerText !== old, [...moments].at(-1))
    }
    await page.keyboard.press(' ')
    const now = Number.parseFloat(await page.locator('.transport output').innerText())
    t.assert.ok(now >= 10 && now <= 20, `${now} is in the loop`)
    const before = await hash(page)
    await page.keyboard.press('Shift+ArrowRight')
    await changed(page, before)
  },

  'all keys and all signs are one key away': async (t) => {
    const page = await t.open()
    await page.locator(canvas).focus()
    await page.keyboard.press('?')
    await page.locator('dialog').getByText('let something go wrong here').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('l')
    await page.locator('dialog').getByText('sent because linger.ms ran out').waitFor()
    await t.accessible(page, 'legend')
    await page.keyboard.press('Escape')
    await page.locator('dialog').waitFor({ state: 'detached' })
  },
}
