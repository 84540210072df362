// Every panel, drawer and dialog, seen by axe in the themes and languages that the first journeys leave out.

const looks = [{ colorScheme: 'light', locale: 'ko-KR' }, { colorScheme: 'dark', locale: 'en-US' }]
const name = ({ colorScheme, locale }) => `${colorScheme} ${locale}`

export default {
  'axe finds nothing in any panel that opens in the place of the form': async (t) => {
    for (const look of looks) {
      const page = await t.open('v=1&form=settings&acks=1&linger.ms=-3&rate=nothing&fault=kill:1@20ms&fault=silent@request2', look)
      const tabs = page.locator('.drawer-top .tabs button')
      for (let number = 0; number < (await tabs.count()); number += 1) {
        await tabs.nth(number).click()
        await page.locator('.drawer .sheet[aria-busy="false"]').waitFor()
        await t.accessible(page, `${name(look)} drawer ${number}`)
      }
      await t.leave()
    }
  },

  'axe finds nothing in any panel at the right': async (t) => {
    for (const look of looks) {
      const page = await t.open('v=1&acks=1&fault=kill:1@20ms&sel=record3', look)
      const tabs = page.locator('.side [role="tab"]')
      for (let number = 0; number < (await tabs.count()); number += 1) {
        await tabs.nth(number).click()
        await page.locator('#side-panel .sheet[aria-busy="false"]').waitFor()
        await t.accessible(page, `${name(look)} panel ${number}`)
      }
      await t.leave()
    }
  },

  'axe finds nothing with the keys or the shared address open, and Escape closes the keys': async (t) => {
    for (const look of looks) {
      const page = await t.open('', look)
      await page.locator('.share > button').click()
      await page.locator('.popover input').first().waitFor()
      await t.accessible(page, `${name(look)} share`)
      await page.locator('.popover > button').last().click()
      await page.locator('canvas[role="application"]').focus()
      await page.keyboard.press('?')
      await page.locator('[role="dialog"], dialog[open]').waitFor()
      await t.accessible(page, `${name(look)} keys`)
      await page.keyboard.press('Escape')
      await page.locator('[role="dialog"], dialog[open]').waitFor({ state: 'detached' })
      await t.leave()
    }
  },

  'axe finds nothing on a phone, with the sheet at its form, its panels and a drawer': async (t) => {
    const page = await t.open('', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true })
    await t.accessible(page, 'phone form')
    await page.locator('.thumb .tabs button').last().click()
    await page.locator('#side-panel .sheet[aria-busy="false"]').waitFor()
    await t.accessible(page, 'phone panels')
    await page.locator('.thumb .tabs button').first().click()
    await page.locator('.opener').first().click()
    await page.locator('.drawer .sheet[aria-busy="false"]').waitFor()
    await t.accessible(page, 'phone settings')
  },
}
