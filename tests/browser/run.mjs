// Runs the journeys `*.journey.mjs` beside this file, each in a fresh page of a real headless Chromium.
// usage: node run.mjs [NAME…]   a name is a part of a journey's name
//
// A journey file exports `{ 'what it proves': async (t) => … }`. It waits for conditions, never for time.
// Every journey also proves that the browser's console stayed empty.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const modules = process.env.LINGER_NODE_MODULES
const require = createRequire(`${modules}/journeys.js`)
const { chromium } = require('playwright-core')
const { AxeBuilder } = require('@axe-core/playwright')
const here = new URL('.', import.meta.url)
const wanted = process.argv.slice(2)

const profile = mkdtempSync(join(tmpdir(), 'linger-'))
const context = (options) =>
  chromium.launchPersistentContext(mkdtempSync(join(profile, 'p-')), {
    executablePath: process.env.LINGER_CHROMIUM,
    headless: true,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
    ],
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    colorScheme: 'light',
    ...options,
  })

/** What a journey has at hand. */
class Traveller {
  constructor(options) {
    this.options = options
    this.url = process.env.LINGER_URL
    this.subUrl = process.env.LINGER_SUB_URL
    this.assert = assert
    this.complaints = []
    this.contexts = []
  }

  /** Opens the page with this fragment; `options` are Playwright's for a context. */
  async open(fragment = '', options = {}, url = this.url) {
    const opened = await context(options)
    this.contexts.push(opened)
    const page = opened.pages()[0] ?? (await opened.newPage())
    page.setDefaultTimeout(20_000)
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text())
    })
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    await page.goto(`${url}${fragment ? `#${fragment}` : ''}`)
    await this.settled(page)
    return page
  }

  /** Waits until the picture is that of the form. */
  async settled(page) {
    await page.waitForSelector('main[data-run="ready"]')
  }

  /** Waits for the next frame: what a key did is on the page with it. */
  painted(page) {
    return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))
  }

  /** A figure's text, by its name in the page. */
  async figure(page, name) {
    const figure = page.locator('.figure', { has: page.locator('dt', { hasText: name }) })
    return (await figure.locator('dd').first().innerText()).replace(/\s+/g, ' ').trim()
  }

  /** Moves a slider by keys until its value reads so. */
  async slide(page, name, want) {
    const slider = page.getByRole('slider', { name, exact: true })
    await slider.focus()
    await page.keyboard.press('Home')
    await this.painted(page)
    for (let stop = 0; stop < 40; stop += 1) {
      if ((await slider.getAttribute('aria-valuetext')) === want) return this.settled(page)
      await page.keyboard.press('ArrowRight')
      await this.painted(page)
    }
    assert.fail(`no stop of ${name} reads ${want}`)
  }

  /** Nothing that axe finds. */
  async accessible(page, what) {
    const { violations } = await new AxeBuilder({ page }).analyze()
    const told = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)
    assert.deepEqual(told, [], `axe, ${what}`)
  }

  async leave() {
    for (const opened of this.contexts) await opened.close()
  }
}

let [passed, failed] = [0, 0]
for (const file of readdirSync(here).filter((name) => name.endsWith('.journey.mjs')).sort()) {
  const { default: journeys } = await import(new URL(file, here))
  for (const [name, journey] of Object.entries(journeys)) {
    const full = `${file.replace('.journey.mjs', '')}: ${name}`
    if (wanted.length > 0 && !wanted.some((part) => full.includes(part))) continue
    const traveller = new Traveller()
    try {
      await journey(traveller)
      assert.deepEqual(traveller.complaints, [], 'the console stays empty')
      passed += 1
      console.log(`ok    ${full}`)
    } catch (error) {
      failed += 1
      console.log(`FAIL  ${full}\n      ${String(error.stack ?? error).split('\n').slice(0, 12).join('\n      ')}`)
    } finally {
      await traveller.leave()
    }
  }
}
rmSync(profile, { recursive: true, force: true })
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
