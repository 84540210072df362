// After the first visit the page needs no network, at its root and below a path.

export default {
  'a second visit needs no network: page, long runs and panels': async (t) => {
    for (const url of [t.url, t.subUrl]) {
      const page = await t.open('', {}, url)
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => true))
      await page.context().setOffline(true)
      await page.goto(`${url}#v=1&records=30000&rate=20000&panel=code`)
      await page.reload()
      await t.settled(page)
      t.assert.match(await t.figure(page, 'Acknowledged'), /30,?000/)
      await page.locator('#side-panel .sheet pre').first().waitFor()
      await page.context().setOffline(false)
    }
  },

  'it can be installed: a manifest with a name, an icon and a start below its own path': async (t) => {
    const page = await t.open('', {}, t.subUrl)
    const manifest = await page.evaluate(async () => {
      const link = document.querySelector('link[rel="manifest"]')
      const manifest = await (await fetch(link.href)).json()
      const icon = await fetch(new URL(manifest.icons[0].src, link.href))
      return { ...manifest, start: new URL(manifest.start_url, link.href).href, icon: icon.status }
    })
    t.assert.equal(manifest.start, t.subUrl)
    t.assert.equal(manifest.icon, 200)
    t.assert.equal(manifest.display, 'standalone')
  },

  'nothing is asked of anybody else, and the policy of the server holds': async (t) => {
    const page = await t.open()
    const asked = []
    page.on('request', (request) => asked.push(request.url()))
    await page.reload()
    await t.settled(page)
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => true))
    const others = asked.filter((url) => !url.startsWith(t.url))
    t.assert.deepEqual(others, [])
    const policy = await page.evaluate(async () => (await fetch('./')).headers.get('content-security-policy'))
    t.assert.match(policy, /default-src 'none'/)
  },
}
