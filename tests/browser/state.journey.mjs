// The state at the playhead.

const moment = '.moment'

export default {
  'tubes, slots, budgets and logs cell by cell': async (t) => {
    const page = await t.open('v=1&t=16ms')
    const state = page.locator(moment)
    await state.getByText('Replicas of p0 at 16 ms').waitFor()
    t.assert.equal(await state.locator('.vessel').count(), 2)
    t.assert.match(await state.innerText(), /[1-5] of 5 slots/)
    t.assert.match(await state.innerText(), /delivery\.timeout\.ms/)
    t.assert.match(await state.innerText(), /consumers read below \d+ · ISR \{1,2,3\}/)
    t.assert.ok((await state.locator('.cell.marked').count()) === 3, 'each replica has its high watermark')
    await state.locator('.cell.solid', { hasText: /^0$/ }).first().click()
    await page.waitForFunction(() => location.hash.includes('sel=record'))
    await t.accessible(page, 'state')
  },

  'what was cut off a log stays in it, struck through': async (t) => {
    const page = await t.open('v=1&acks=1&linger.ms=0&min.insync.replicas=1&records=40&fault=slow:1-2:30ms@0ms%2B100ms&fault=slow:1-3:30ms@0ms%2B100ms&fault=kill:1@24ms&fault=restart:1@12s')
    const lost = page.locator('.fates button', { hasText: 'acked, lost' }).locator('strong')
    if (Number(await lost.innerText()) > 0) {
      await page.locator(`${moment} .cell.cut`).first().waitFor()
    }
  },

  'a refused form leaves the last good state': async (t) => {
    const page = await t.open('v=1&t=20ms')
    const state = page.locator(moment)
    await state.getByText('Replicas of p0 at 20 ms').waitFor()
    const field = page.locator('#set-linger\\.ms')
    await field.fill('-3')
    await field.press('Enter')
    await page.locator('.refused').first().waitFor()
    t.assert.match(await state.innerText(), /Replicas of p0 at 20 ms/)
  },
}
