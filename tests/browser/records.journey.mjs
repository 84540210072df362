// The long tables: one list over all records, or lines, of which a window is in the page.

const sheet = '#side-panel .sheet[aria-busy="false"]'
const grid = (page) => page.locator('#side-panel [role="grid"]')

/** The list's region, and the rows that are seen of it below its head. */
const seen = (page) =>
  page.evaluate(() => {
    const region = document.querySelector('#side-panel .long .scroll')
    const box = region.getBoundingClientRect()
    const head = region.querySelector('thead th').getBoundingClientRect()
    const rows = [...region.querySelectorAll('tr[id]')].map((row) => {
      const { top, bottom } = row.getBoundingClientRect()
      return { row: Number(row.id.slice(4)), top: top - box.top, bottom: bottom - box.top }
    })
    const within = rows.filter(({ top, bottom }) => bottom > head.bottom - box.top && top < box.height)
    return { rows: within, scroll: region.scrollTop, head: head.top - box.top, inPage: rows.length }
  })

/** Waits until rows cover all that is seen, from the head on and to the lower edge or the last row. */
const covered = (page) =>
  page.waitForFunction(() => {
    const region = document.querySelector('#side-panel .long .scroll')
    const [box, head] = [region, region.querySelector('thead th')].map((one) => one.getBoundingClientRect())
    const rows = [...region.querySelectorAll('tr[id]')].map((row) => row.getBoundingClientRect())
    const all = Number(region.querySelector('table').getAttribute('aria-rowcount')) - 1
    const last = rows.length > 0 && region.querySelector(`#row-${all - 1}`)?.getBoundingClientRect().bottom
    const to = Math.min(box.top + region.clientHeight, last || Infinity)
    return rows.some(({ top }) => top <= head.bottom + 1) && rows.some(({ bottom }) => bottom >= to - 1)
  })

/** Which row's id the cursor is at, once that row is in sight. */
const cursorAt = (page, row) =>
  page.waitForFunction((id) => {
    const table = document.querySelector('#side-panel [role="grid"]')
    const one = document.getElementById(id)
    if (table.getAttribute('aria-activedescendant') !== id || !one) return false
    const box = table.closest('.scroll').getBoundingClientRect()
    const [own, head] = [one, table.querySelector('thead th')].map((part) => part.getBoundingClientRect())
    return own.top >= head.bottom - 1 && own.bottom <= box.bottom + 1
  }, `row-${row}`)

/** Waits until the wheel's scrolling, which the browser may spread over frames, has come to its end. */
const atRest = (page) => page.evaluate(async () => {
  const region = document.querySelector('#side-panel .long .scroll')
  for (let still = 0, last = NaN; still < 3;) {
    await new Promise(requestAnimationFrame)
    still = region.scrollTop === last ? still + 1 : 0
    last = region.scrollTop
  }
})

export default {
  'a million records are one list: a window of them is there, and both ends, and what is between': async (t) => {
    const page = await t.open('v=1&panel=records&records=1000000&rate=50000&batch.size=65536')
    await page.locator(sheet).waitFor({ timeout: 60_000 })
    await grid(page).waitFor()
    t.assert.equal(await grid(page).getAttribute('aria-rowcount'), '1000001')
    const { inPage } = await seen(page)
    t.assert.ok(inPage < 200, `${inPage} rows are in the page`)
    await grid(page).focus()
    await page.keyboard.press('End')
    await cursorAt(page, 999_999)
    t.assert.equal(await page.locator('#row-999999').getAttribute('aria-rowindex'), '1000001')
    t.assert.match(await page.locator('#row-999999').innerText(), /^999999\t/)
    await page.keyboard.press('PageUp')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Home')
    await cursorAt(page, 0)
    // dragged to the middle
    await page.evaluate(() => {
      const region = document.querySelector('#side-panel .long .scroll')
      region.scrollTop = (region.scrollHeight - region.clientHeight) / 2
    })
    await page.waitForFunction(() => document.querySelector('#side-panel tr[id]').id.length > 'row-400000'.length - 1)
    await covered(page)
    const middle = (await seen(page)).rows[0].row
    t.assert.ok(middle > 499_000 && middle < 501_000, `the middle is at ${middle}`)
    // selected elsewhere: it comes into sight
    await page.evaluate(() => { location.hash += '&sel=record123456' })
    await page.locator('tr[aria-current="true"]', { hasText: /^123456/ }).waitFor()
    await covered(page)
    t.assert.ok((await seen(page)).rows.some(({ row }) => row === 123_456))
    // sorted: the greatest latency first
    await page.locator('#side-panel thead button', { hasText: 'Latency' }).click()
    await page.locator('#side-panel th[aria-sort="ascending"]', { hasText: 'Latency' }).waitFor({ timeout: 60_000 })
  },

  'rows pass under the wheel without a jump, over many windows, in records and log': async (t) => {
    for (const panel of ['records', 'log']) {
      const page = await t.open(`v=1&panel=${panel}&records=20000&rate=50000&batch.size=65536`)
      await page.locator(sheet).waitFor()
      await covered(page)
      const box = await page.locator('#side-panel .long .scroll').boundingBox()
      await page.mouse.move(box.x + 40, box.y + box.height / 2)
      let windows = 0
      let before = await seen(page)
      for (const step of [...Array(60).fill(130), ...Array(20).fill(-90)]) {
        await page.mouse.wheel(0, step)
        await page.waitForFunction(
          (was) => document.querySelector('#side-panel .long .scroll').scrollTop !== was,
          before.scroll,
        )
        await atRest(page)
        await covered(page)
        const now = await seen(page)
        t.assert.ok(Math.abs(now.head) <= 1, 'the names of the columns stay')
        const known = now.rows.find((one) => before.rows.some(({ row }) => row === one.row))
        const told = () => [before, now].map(({ rows, scroll }) => `${rows.map(({ row }) => row)} at ${scroll}`).join('; then ')
        t.assert.ok(known, `${panel}: a row that was seen is still seen: ${known ? '' : told()}`)
        const was = before.rows.find(({ row }) => row === known.row)
        const [moved, scrolled] = [was.top - known.top, now.scroll - before.scroll]
        t.assert.ok(Math.abs(moved - scrolled) <= 1.5, `${panel}: row ${known.row} moved by ${moved}, scrolled by ${scrolled}`)
        if (now.rows[0].row > windows + 40) windows = now.rows[0].row
        before = now
      }
      t.assert.ok(windows > 60, `${panel}: row ${windows} was come to`)
      await t.leave()
    }
  },

  'a row is chosen by keys, and selects on the timeline; the list stays where it is; what is sorted stays in reach': async (t) => {
    const page = await t.open('v=1&panel=records&records=2000')
    await page.locator(sheet).waitFor()
    await grid(page).focus()
    await page.keyboard.press('PageDown')
    await page.keyboard.press('ArrowDown')
    await page.locator('[aria-activedescendant]').waitFor()
    const at = Number((await grid(page).getAttribute('aria-activedescendant')).slice(4))
    t.assert.ok(at > 5, `${at}`)
    const before = await seen(page)
    await page.keyboard.press('Enter')
    await page.locator(`#row-${at}[aria-current="true"]`).waitFor()
    await page.locator('.tip.lasting').waitFor()
    t.assert.match(page.url(), new RegExp(`sel=record${at}(&|$)`))
    const after = await seen(page)
    t.assert.ok(await grid(page).evaluate((table) => table === document.activeElement), 'the keys stay in the list')
    t.assert.equal(after.rows[0].row, before.rows[0].row)
    await t.accessible(page, 'records')
    // sorted the other way round, the selected one is in sight again
    await page.locator('#side-panel thead button', { hasText: 'Record' }).click()
    await page.locator('th[aria-sort="descending"]', { hasText: 'Record' }).waitFor()
    await page.locator(`#row-${1999 - at}[aria-current="true"]`).waitFor()
    await covered(page)
    t.assert.ok((await seen(page)).rows.some(({ row }) => row === 1999 - at))
    // a filter that leaves nothing leaves an empty list
    await page.locator(sheet).getByRole('button', { name: 'Lost' }).click()
    await page.locator('#side-panel [role="grid"][aria-rowcount="1"]').waitFor()
  },

  'a record\'s number stays in sight however far its times are scrolled; one partition alone is shown': async (t) => {
    const page = await t.open('v=1&panel=records&records=400')
    await page.locator(sheet).waitFor()
    const left = () => page.evaluate(() => {
      const region = document.querySelector('#side-panel .long .scroll')
      region.scrollLeft = region.scrollWidth
      const cells = [region.querySelector('thead th'), region.querySelector('tr[id] th')]
      return [region.scrollLeft, ...cells.map((one) => one.getBoundingClientRect().left - region.getBoundingClientRect().left)]
    })
    const [scrolled, head, cell] = await left()
    t.assert.ok(scrolled > 200 && Math.abs(head) <= 1 && Math.abs(cell) <= 1, `${scrolled} ${head} ${cell}`)
    await page.locator(sheet).locator('input[type=search]').fill('p1')
    await page.locator('#side-panel [role="grid"]:not([aria-rowcount="401"])').waitFor()
    const partitions = await page.locator('#side-panel tr[id] td:nth-child(2)').allInnerTexts()
    t.assert.ok(partitions.length > 20 && partitions.every((one) => one === '1'), `${partitions}`)
    await t.accessible(page, 'records of a partition')
  },

  'on a phone the list scrolls within its sheet, in Korean and in the dark': async (t) => {
    const page = await t.open('v=1&panel=records&records=3000', {
      viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, locale: 'ko-KR', colorScheme: 'dark',
    })
    await page.locator('.thumb .tabs button').nth(4).click()
    await page.locator(sheet).waitFor()
    await covered(page)
    t.assert.match(await page.locator('#side-panel .long .caption').innerText(), /레코드 3,000건/)
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    t.assert.equal(over, 0)
    await page.locator('#row-3').tap()
    await page.locator('#row-3[aria-current="true"]').waitFor()
    await t.accessible(page, 'records on a phone')
  },
}
