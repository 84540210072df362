// A pinned run above the live one: two pictures on one axis, and a key to where they part.

export default {
  'a pinned run is drawn above the live one, and a key goes to where they part, and on': async (t) => {
    const page = await t.open()
    await page.getByRole('tab', { name: 'Compare' }).click()
    await page.getByRole('button', { name: 'Pin as A' }).click()
    const pair = page.locator('.pair')
    await pair.locator('canvas').nth(1).waitFor()
    t.assert.equal(await pair.locator('canvas').count(), 2)
    await pair.getByText('the same as A, fact by fact').waitFor()
    await t.slide(page, 'linger.ms', '0 ms')
    await pair.locator('.parting').waitFor()
    const before = await page.locator('.transport output').innerText()
    await page.locator('canvas[role=application]').focus()
    await page.keyboard.press('d')
    await page.locator('.tip.lasting').waitFor()
    const first = await page.locator('.transport output').innerText()
    t.assert.notEqual(first, before)
    await page.keyboard.press('Shift+D')
    const moved = (was) => document.querySelector('.transport output').innerText !== was
    await page.waitForFunction(moved, first)
    const second = await page.locator('.transport output').innerText()
    t.assert.ok(parseFloat(second) > parseFloat(first), `${second} is behind ${first}`)
    await pair.getByRole('button', { name: 'first difference' }).click()
    await page.waitForFunction((was) => document.querySelector('.transport output').innerText === was, first)
    await t.accessible(page, 'two runs')
    await pair.getByRole('button', { name: 'unpin A' }).click()
    await pair.waitFor({ state: 'detached' })
    t.assert.equal(await page.locator('.timeline canvas').count(), 1)
  },

  'both runs and the figures of both are in sight at once, and the playhead reaches the end of the longer': async (t) => {
    const page = await t.open('v=1&linger.ms=0&panel=compare')
    await page.getByRole('button', { name: 'Pin as A' }).click()
    await page.locator('.pair canvas').nth(1).waitFor()
    const figure = await t.figure(page, 'Requests')
    await t.slide(page, 'linger.ms', '10 ms')
    await page.locator('.pair .parting').waitFor()
    const seen = await page.evaluate(() => {
      const stage = document.querySelector('.stage').getBoundingClientRect()
      const last = document.querySelector('.transport').getBoundingClientRect()
      return [document.querySelector('.stage').scrollTop, last.bottom <= stage.bottom + 1]
    })
    t.assert.deepEqual(seen, [0, true], 'the transport below both runs is in sight')
    t.assert.ok((await t.figure(page, 'Requests')).startsWith(`${figure} →`), await t.figure(page, 'Requests'))
    // the pinned run is the longer one: its last moment is behind that of the live run
    await page.goto(page.url().replace('linger.ms=10', 'records=30'))
    await t.settled(page)
    await page.getByRole('slider', { name: 'Position in the run' }).focus()
    await page.keyboard.press('End')
    const end = parseFloat(await page.locator('.transport output').innerText())
    await page.getByRole('button', { name: 'unpin A' }).click()
    await page.locator('.pair').waitFor({ state: 'detached' })
    await page.getByRole('slider', { name: 'Position in the run' }).focus()
    await page.keyboard.press('End')
    const own = parseFloat(await page.locator('.transport output').innerText())
    t.assert.ok(own < end, `${own} is before ${end}`)
  },

  'all differences are in one list to its end, and each leads to its moment; a record stands against itself': async (t) => {
    const page = await t.open('v=1&records=400&linger.ms=8&a.linger.ms=0&panel=compare&sel=record17')
    const sheet = page.locator('#side-panel .sheet[aria-busy="false"]')
    const list = sheet.locator('table[role=grid]')
    await list.waitFor()
    const all = Number(await list.getAttribute('aria-rowcount')) - 1
    t.assert.ok(all > 300, `${all} differences`)
    await sheet.getByRole('heading', { name: 'Record 17 in both' }).waitFor()
    t.assert.equal(await sheet.locator('.bars').count(), 2)
    await sheet.getByRole('heading', { name: /^First difference: / }).waitFor()
    const moment = () => page.locator('.transport output').innerText()
    const moves = (was) => document.querySelector('.transport output').innerText !== was
    const end = await moment()
    await list.focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('Enter')
    await page.waitForFunction(moves, end)
    const first = await moment()
    await list.focus()
    await page.keyboard.press('End')
    await sheet.locator(`tr[id="row-${all - 1}"]`).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForFunction(moves, first)
    await t.accessible(page, 'all differences')
  },
}
