// Lessons, from the first question to the next lesson.

const phone = { locale: 'ko-KR', viewport: { width: 360, height: 740 }, hasTouch: true }
const next = /^(Next lesson|다음 수업)$/

/** What somebody does in a lesson who has a keyboard and nothing else. */
class Learner {
  constructor(t, page) {
    this.t = t
    this.page = page
    this.sheet = page.locator('#side-panel .sheet')
  }

  /** Tab until what has the focus is that element. */
  async tabTo(wanted, what) {
    for (let press = 0; press < 150; press += 1) {
      await this.page.keyboard.press('Tab')
      if (await wanted.first().evaluate((element) => element === document.activeElement)) return
    }
    this.t.assert.fail(`Tab does not lead to ${what}`)
  }

  async press(wanted, what) {
    await wanted.first().waitFor()
    await this.tabTo(wanted, what)
    await this.page.keyboard.press('Enter')
  }

  /** Types the answers, one question after the other. */
  async answer(...answers) {
    for (const [at, answer] of answers.entries()) {
      if (at > 0) await this.press(this.sheet.locator('button', { hasText: /^(Next prediction|다음 예측)$/ }), `question ${at}`)
      const field = this.sheet.locator('.enter input')
      await field.waitFor()
      this.t.assert.equal(await field.inputValue(), '', 'nothing is answered before it is asked')
      await this.tabTo(field, `question ${at}`)
      await this.page.keyboard.type(answer)
      await this.page.keyboard.press('Enter')
      await field.waitFor({ state: 'detached' })
    }
  }

  /** The goals are reached. */
  async passed() {
    await this.t.settled(this.page)
    await this.page.waitForFunction(() => {
      const goals = [...document.querySelectorAll('#side-panel .counts')].at(-1)?.children ?? []
      return goals.length === 3 && [...goals].every((goal) => goal.classList.contains('good'))
    })
  }
}

export default {
  'the first two lessons are passed by keyboard alone, in both languages, on a desktop and on a phone': async (t) => {
    for (const options of [{}, phone]) {
      const page = await t.open('v=1&panel=lesson', options)
      const learner = new Learner(t, page)
      const { sheet } = learner
      await learner.press(sheet.locator('.counts button'), 'the first lesson')
      await t.settled(page)
      await learner.answer('70')
      const slider = sheet.locator('input[type="range"]')
      await slider.first().waitFor()
      await learner.tabTo(slider, 'the slider')
      await page.keyboard.press('Home')
      await t.settled(page)
      const on = sheet.locator('button', { hasText: next })
      await on.waitFor()
      await t.accessible(page, 'a lesson that is passed')
      await learner.press(on, 'the next lesson')
      await sheet.locator('h3', { hasText: /When does a batch leave|배치는 언제/ }).waitFor()
      await learner.answer('42', '6')
      const brokers = sheet.locator('input[type="range"]').last()
      await brokers.waitFor()
      await learner.tabTo(brokers, 'the number of brokers')
      await page.keyboard.press('ArrowRight')
      await t.settled(page)
      await on.waitFor()
    }
  },

  'the other four lessons are passed by keyboard alone, in both languages, on a desktop and on a phone': async (t) => {
    // what is answered, and which choice of which setting reaches the goals
    const lessons = [
      ['get', ['300'], 'mode', /^(callback|콜백)$/],
      ['acks', ['40', '10'], 'acks', /^1$/],
      ['leader-dies', ['4', '9 s'], 'acks', /^all$/],
      ['duplicates', ['61'], 'enable.idempotence', /^true$/],
    ]
    for (const options of [{}, phone]) {
      for (const [lesson, answers, setting, choice] of lessons) {
        const page = await t.open(`v=1&lesson=${lesson}`, options)
        const learner = new Learner(t, page)
        await learner.sheet.locator('h3').first().waitFor()
        await learner.answer(...answers)
        const group = learner.sheet.locator(`[role="group"][aria-labelledby="set-${setting}"]`)
        await learner.press(group.locator('button', { hasText: choice }), setting)
        await learner.passed()
        if (lesson !== 'duplicates') await learner.sheet.locator('button', { hasText: next }).waitFor()
        await t.leave()
      }
    }
  },

  'a moment is placed in the picture: by a click, a drag and keys, over what is not shown yet': async (t) => {
    for (const options of [{}, phone]) {
      const page = await t.open('v=1&lesson=batches', options)
      const sheet = page.locator('#side-panel .sheet')
      const veil = page.locator('.to-come')
      await veil.waitFor()
      t.assert.ok(await page.locator('.figure dd').first().isHidden(), 'no figure tells the answer')
      const stop = parseFloat(await page.locator('.transport output').innerText())
      const box = await veil.boundingBox()
      const mark = page.getByRole('slider', { name: /^(your mark|내 표시)$/ })
      const at = async () => parseFloat(await mark.getAttribute('aria-valuetext'))
      const field = sheet.locator('.enter input')
      await page.mouse.click(box.x + box.width * 0.25, box.y + box.height / 3)
      await page.waitForFunction(() => document.querySelector('.enter input').value !== '')
      const clicked = await at()
      t.assert.ok(clicked > stop, `${clicked} is behind ${stop}`)
      t.assert.equal(parseFloat(await field.inputValue()), clicked)
      await page.mouse.move(box.x + box.width * 0.25, box.y + box.height / 3)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 3, { steps: 4 })
      await page.mouse.up()
      await page.waitForFunction((was) => parseFloat(document.querySelector('.enter input').value) > was, clicked)
      const dragged = await at()
      await t.accessible(page, 'an open question')
      await mark.focus()
      await page.keyboard.press('ArrowRight')
      await page.waitForFunction((was) => parseFloat(document.querySelector('.enter input').value) > was, dragged)
      t.assert.equal(Math.round((await at()) * 10), Math.round(dragged * 10) + 1)
      await page.keyboard.press('Enter')
      await page.locator('.flag.own').waitFor()
      await page.waitForFunction(() => document.activeElement.closest('.sheet .card'))
      // another panel, and back: what was answered is answered
      await page.locator('#tab-records').click()
      await page.locator('.flag').first().waitFor({ state: 'detached' })
      t.assert.equal(await veil.count(), 0)
      await page.locator('#tab-lesson').click()
      await page.locator('.flag.own').waitFor()
      t.assert.equal(await page.locator('.flag').count(), 2)
      t.assert.equal(await veil.count(), 0)
      await sheet.locator('button', { hasText: /^(Answer again|다시 답하기)$/ }).click()
      await veil.waitFor()
      await t.leave()
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

  'each step takes the keyboard along, a reload keeps the answers, and what is passed stays so': async (t) => {
    const page = await t.open('v=1&lesson=batches')
    const sheet = page.locator('#side-panel .sheet')
    const focused = () => page.evaluate(() => document.activeElement.closest('.sheet .card, .sheet h3')?.innerText ?? document.activeElement.tagName)
    const taken = (text) => page.waitForFunction((text) => document.activeElement.closest('.sheet .card, .sheet h3')?.innerText.includes(text), text)
    const answer = async (text) => {
      await sheet.locator('.enter input').fill(text)
      await page.keyboard.press('Enter')
    }
    await sheet.locator('.enter input').waitFor()
    await answer('42')
    await taken('Predict, 1 of 2')
    await sheet.getByRole('button', { name: 'Next prediction' }).click()
    await taken('Predict, 2 of 2')
    t.assert.ok(await sheet.locator('.card').last().evaluate((card) => card.getBoundingClientRect().bottom < innerHeight), await focused())
    await answer('6')
    await sheet.getByRole('button', { name: 'Answer again' }).nth(1).waitFor()
    t.assert.equal(await page.locator('.flag').count(), 0, 'no flag of the first question stands over the second')
    await page.reload()
    await t.settled(page)
    await sheet.getByRole('button', { name: 'Answer again' }).nth(1).waitFor()
    // the second question was about another run: it can be seen
    await sheet.getByRole('button', { name: 'Show that run on the timeline' }).click()
    await page.waitForFunction(() => location.hash.includes('rate=9000'))
    await taken('Predict, 2 of 2')
    await sheet.getByRole('button', { name: 'Begin this lesson again' }).click()
    await page.waitForFunction(() => !location.hash.includes('rate=9000'))
    // the sheet follows the address a few frames later
    await sheet.getByText(/not yet · it rode along with another partition/).first().waitFor()
    const brokers = sheet.locator('input[type="range"]').last()
    await brokers.focus()
    await page.keyboard.press('ArrowRight')
    await sheet.locator('button', { hasText: next }).waitFor()
    await sheet.getByRole('button', { name: 'All lessons' }).click()
    await sheet.locator('.counts li, .counts > *').filter({ hasText: 'When does a batch leave?' }).filter({ hasText: 'passed' }).waitFor()
    await page.reload()
    await t.settled(page)
    await sheet.getByText('passed').waitFor()
    t.assert.equal(await sheet.getByText('passed').count(), 1)
  },

  'what stands twice in the log is counted above the picture, and the fault can be switched in the lesson': async (t) => {
    const page = await t.open('v=1&lesson=duplicates')
    const sheet = page.locator('#side-panel .sheet')
    await sheet.locator('.enter input').fill('61')
    await page.keyboard.press('Enter')
    const fault = sheet.getByRole('button', { name: 'the answer never comes', pressed: true })
    await fault.waitFor()
    t.assert.equal(await t.figure(page, 'Lost'), '0 · 6')
    await fault.click()
    await sheet.getByRole('button', { name: 'the answer never comes', pressed: false }).waitFor()
    await t.settled(page)
    t.assert.equal(await t.figure(page, 'Lost'), '0 · 0')
  },
}
