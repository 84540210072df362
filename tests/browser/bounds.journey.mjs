// What takes long, and what is too long: the old picture stays, the bound is said, a way out is offered.

export default {
  'a long run is computed below the old picture, which does not move; its mark waits for 100 ms': async (t) => {
    const page = await t.open('v=1&rate=200000&batch.size=65536')
    await page.evaluate(() => {
      const canvas = document.querySelector('canvas[role="application"]')
      const top = () => canvas.getBoundingClientRect().top
      window.seen = { hidden: null, waits: null, shown: false, moved: false, text: '' }
      const before = top()
      const look = () => {
        const mark = document.querySelector('.progress')
        if (mark) {
          const hidden = getComputedStyle(mark).visibility === 'hidden'
          window.seen.hidden ??= hidden
          window.seen.waits ??= mark.getAnimations()[0]?.effect.getTiming().duration
          window.seen.shown ||= !hidden
          window.seen.text = mark.innerText
          window.seen.moved ||= Math.abs(top() - before) > 0.5
        }
        requestAnimationFrame(look)
      }
      look()
    })
    const records = page.getByRole('textbox', { name: 'records', exact: true })
    await records.fill('1000000')
    await records.press('Enter')
    await page.waitForFunction(() => window.seen.shown)
    await t.settled(page)
    const seen = await page.evaluate(() => window.seen)
    t.assert.ok(seen.hidden, 'not at once')
    t.assert.equal(seen.waits, 100)
    t.assert.ok(!seen.moved, 'the picture stays where it was')
    t.assert.match(seen.text, /[\d,]+ events so far/)
    await page.locator('.progress').waitFor({ state: 'detached' })
  },

  'a bound that ends a run is said with its numbers, and a button is the way out': async (t) => {
    for (const [locale, said, way] of [
      ['en-US', /stops at 600 s.* 60\d of 1,000 records/, 'Send 500 records'],
      ['ko-KR', /600 s에서 멈췄습니다.* 1,000건 가운데 60\d건/, '500건만 보내기'],
    ]) {
      const page = await t.open('v=1&rate=1&records=1000', { locale })
      const notice = page.getByRole('alert').filter({ hasText: said })
      await notice.waitFor()
      await t.accessible(page, 'a bound')
      await notice.getByRole('button', { name: way }).click()
      await notice.waitFor({ state: 'detached' })
      t.assert.match(await page.evaluate(() => location.hash), /records=500/)
    }
  },

  'records that wait past the bound are counted, and the setting that ends their wait is named': async (t) => {
    const page = await t.open('v=1&records=20&delivery.timeout.ms=2000000000&fault=silent@record3.0&request.timeout.ms=1000000000')
    await page.getByRole('alert').filter({ hasText: /[1-9]\d* of 20 records have no result yet.*delivery\.timeout\.ms/ }).waitFor()
  },
}
