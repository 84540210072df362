// Lessons, from the first question to the next lesson.

export default {
  'the first two lessons are passed by keyboard alone, in both languages, on a desktop and on a phone': async (t) => {
    const phone = { locale: 'ko-KR', viewport: { width: 360, height: 740 }, hasTouch: true }
    for (const options of [{}, phone]) {
      const page = await t.open('v=1&panel=lesson', options)
      const sheet = page.locator('#side-panel .sheet')
      await sheet.locator('.counts button').first().waitFor()
      // Tab until what has the focus is that element
      const tabTo = async (wanted, what) => {
        for (let press = 0; press < 150; press += 1) {
          await page.keyboard.press('Tab')
          if (await wanted.first().evaluate((element) => element === document.activeElement)) return
        }
        t.assert.fail(`Tab does not lead to ${what}`)
      }
      await tabTo(sheet.locator('.counts button'), 'the first lesson')
      await page.keyboard.press('Enter')
      await t.settled(page)
      await sheet.locator('#sheet-guess0').waitFor()
      await tabTo(sheet.locator('#sheet-guess0'), 'the question')
      await page.keyboard.type('70')
      await page.keyboard.press('Enter')
      const slider = sheet.locator('input[type="range"]')
      await slider.first().waitFor()
      await tabTo(slider, 'the slider')
      await page.keyboard.press('Home')
      await t.settled(page)
      const next = sheet.locator('button', { hasText: /^(Next lesson|다음 수업)$/ })
      await next.waitFor()
      await t.accessible(page, 'a lesson that is passed')
      await tabTo(next, 'the next lesson')
      await page.keyboard.press('Enter')
      await sheet.locator('h3', { hasText: /When does a batch leave|배치는 언제/ }).waitFor()
      for (const [at, answer] of ['42', '6'].entries()) {
        const field = sheet.locator(`#sheet-guess${at}`)
        await field.waitFor()
        t.assert.equal(await field.inputValue(), '', 'nothing is answered before it is asked')
        await tabTo(field, `question ${at}`)
        await page.keyboard.type(answer)
        await page.keyboard.press('Enter')
      }
      const brokers = sheet.locator('input[type="range"]').last()
      await brokers.waitFor()
      await tabTo(brokers, 'the number of brokers')
      await page.keyboard.press('ArrowRight')
      await t.settled(page)
      await next.waitFor()
    }
  },

  'an address with a lesson alone begins it, and that can be undone for good': async (t) => {
    const page = await t.open('v=1&lesson=get')
    await page.waitForFunction(() => location.hash.includes('mode=get'))
    await t.settled(page)
    await page.locator('#side-panel .sheet h3').first().waitFor()
    await page.locator('.top button', { hasText: 'Undo' }).click()
    await page.waitForFunction(() => !location.hash.includes('mode=get'))
    await page.reload()
    await t.settled(page)
    await page.locator('#side-panel .sheet[aria-busy="false"] h3').first().waitFor()
    t.assert.doesNotMatch(page.url(), /mode=get/)
    await page.locator('.top button', { hasText: 'Redo' }).click()
    await page.waitForFunction(() => location.hash.includes('mode=get'))
  },
}
