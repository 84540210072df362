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
}
