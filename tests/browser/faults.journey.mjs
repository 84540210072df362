// Faults placed on the timeline, and the ledger's totals.

const canvas = 'canvas[role="application"]'

export default {
  'a broker is killed at the playhead by key, and the mark switches it off': async (t) => {
    const page = await t.open('v=1&acks=1&t=24ms')
    await page.locator(canvas).focus()
    await page.keyboard.press('f')
    await page.getByRole('dialog').getByRole('button', { name: 'killed', exact: true }).click()
    await t.settled(page)
    await page.waitForFunction(() => location.hash.includes('kill:1@24ms'))
    const mark = page.getByRole('button', { name: 'broker 1 killed, 24 ms: switch it off' })
    t.assert.equal(await mark.innerText(), '✕ killed')
    t.assert.match(await page.locator('.controls .faults li').innerText(), /broker 1 killed\s+24 ms/)
    const lane = await page.locator('.rows button[aria-label^="broker 1"]').boundingBox()
    const place = await mark.boundingBox()
    t.assert.ok(place.y >= lane.y - 1 && place.y < lane.y + 70, `${place.y} is on the lane of broker 1 at ${lane.y}`)
    await mark.click()
    await t.settled(page)
    await page.waitForFunction(() => location.hash.includes('off:kill:1@24ms'))
    await page.getByRole('button', { name: 'broker 1 killed, 24 ms: switch it on' }).click()
    await page.waitForFunction(() => !location.hash.includes('off:'))
    await t.accessible(page, 'a fault on the axis')
  },

  'marks that stand close on a lane cover none of each other, and the name is there under the pointer': async (t) => {
    const page = await t.open('v=1&acks=1&fault=slow:1-2:30ms@0ms%2B100ms&fault=slow:1-3:30ms@0ms%2B100ms&fault=hang:1@4ms&fault=kill:1@24ms')
    await page.locator('.fault-mark').nth(3).waitFor()
    const places = await page.locator('.fault-mark span').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()))
    for (const [number, one] of places.entries()) {
      for (const other of places.slice(number + 1)) {
        const apart = one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top
        t.assert.ok(apart, `${JSON.stringify(one)} ${JSON.stringify(other)}`)
      }
    }
    const hang = page.getByRole('button', { name: 'broker 1 hangs, 4 ms: switch it off' })
    await hang.hover()
    t.assert.match(await hang.innerText(), /hangs/)
  },

  'a chosen answer never arrives: by right click on its request': async (t) => {
    const page = await t.open('v=1&sel=record17.0')
    const tip = await page.locator('.tip.lasting').boundingBox()
    await page.keyboard.press('Escape')
    await page.mouse.click(tip.x - 16, tip.y - 14, { button: 'right' })
    const menu = page.getByRole('dialog')
    await menu.getByRole('button', { name: 'this answer never arrives' }).click()
    await page.waitForFunction(() => location.hash.includes('lose:answer@record'))
    await t.settled(page)
    t.assert.notEqual(await t.figure(page, 'Requests'), '16 · 0 retries')
  },

  'a scripted answer with any of Kafka’s errors': async (t) => {
    const page = await t.open('v=1&sel=record17.0')
    await page.locator(canvas).focus()
    await page.locator('.tip.lasting').waitFor()
    await page.keyboard.press('f')
    const field = page.locator('.menu input')
    await field.fill('corrupt_message')
    await field.press('Enter')
    await page.locator('.menu').getByRole('button', { name: 'CORRUPT_MESSAGE', exact: true }).click()
    await page.waitForFunction(() => location.hash.includes('answer:CORRUPT_MESSAGE@record'))
  },

  'a loss says step by step what led to it, and a step puts the playhead at its moment': async (t) => {
    const page = await t.open('v=1&acks=1&linger.ms=0&min.insync.replicas=1&records=40&fault=slow:1-2:30ms@0ms%2B100ms&fault=slow:1-3:30ms@0ms%2B100ms&fault=kill:1@24ms')
    await page.locator('.fates button', { hasText: 'acked, lost' }).click()
    await page.locator('#side-panel .sheet tr[id]').first().click()
    await page.locator('#side-panel button', { hasText: 'Broker 1 was killed' }).click()
    await page.waitForFunction(() => location.hash.includes('&t=24ms'))
    await t.accessible(page, 'a loss in steps')
  },

  'the totals are on the page and open their records': async (t) => {
    const page = await t.open('v=1&acks=0&linger.ms=0&fault=kill:1@24ms')
    await t.settled(page)
    const lost = page.locator('.fates button', { hasText: 'acked, lost' })
    const count = Number(await lost.locator('strong').innerText())
    t.assert.ok(count > 0, `${count} are lost`)
    await lost.click()
    await page.getByRole('grid', { name: 'Acknowledged and lost' }).waitFor()
    t.assert.equal(await page.locator('#side-panel .sheet tr[id]').count(), count)
  },
}
