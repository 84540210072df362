// From a slider to its picture, and frames while the picture is dragged: milliseconds, printed and never
// asserted. Frames are those of the browser's own trace.
import { createRequire } from 'node:module'

const require = createRequire(`${process.env.LINGER_NODE_MODULES}/bench.js`)
const { chromium } = require('playwright-core')
const canvas = 'canvas[role="application"]'
/** Runs: what they are called, their address, and how often the slider moves. */
const RUNS = [
  ['default', '', 24],
  ['10k', 'v=1&records=10000&rate=20000&batch.size=16384', 16],
  ['1m', 'v=1&records=1000000&rate=100000&batch.size=16384', 3],
]

const browser = await chromium.launch({
  executablePath: process.env.LINGER_CHROMIUM,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
})
for (const [name, fragment, moves] of RUNS) {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage()
  page.setDefaultTimeout(20_000)
  await page.goto(`${process.env.LINGER_URL}#${fragment}`)
  await page.waitForSelector('main[data-run="ready"]')
  print(name, 'slider_to_picture', await slides(page, moves))
  print(name, 'pan_frame', await frames(page))
  await page.context().close()
}
await browser.close()

/** Moves `linger.ms` stop by stop; from the key to the frame in which the new run's picture is painted. */
async function slides(page, moves) {
  const slider = page.getByRole('slider', { name: 'linger.ms', exact: true })
  await slider.focus()
  await page.keyboard.press('Home')
  await page.waitForSelector('main[data-run="ready"]')
  const took = []
  for (let move = 0; move < moves; move += 1) {
    const key = move % 8 < 4 ? 'ArrowRight' : 'ArrowLeft'
    await page.evaluate(() => {
      const before = location.hash
      window.picture = new Promise((resolve) => {
        let begin
        addEventListener('keydown', () => { begin = performance.now() }, { once: true, capture: true })
        const look = () => {
          const ready = document.querySelector('main').dataset.run === 'ready'
          if (begin !== undefined && ready && location.hash !== before) {
            return requestAnimationFrame(() => resolve(performance.now() - begin))
          }
          requestAnimationFrame(look)
        }
        look()
      })
    })
    await page.keyboard.press(key)
    took.push(await page.evaluate(() => window.picture))
  }
  return took
}

/** Zooms in, drags the picture along, and reads how long each frame took from a trace. */
async function frames(page) {
  const box = await page.locator(canvas).boundingBox()
  await page.locator(canvas).focus()
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('+')
  await browser.startTracing(page, { categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel'] })
  await page.mouse.move(box.x + 700, box.y + 150)
  await page.mouse.down()
  for (let x = 700; x > 300; x -= 4) await page.mouse.move(box.x + x, box.y + 150)
  await page.mouse.up()
  const { traceEvents: events } = JSON.parse((await browser.stopTracing()).toString())
  // a frame is a pair of marks: from the first task that leads to it to the end of its rendering
  const begun = new Map()
  const lengths = []
  for (const { name, ph, ts, pid, tid, id, id2 } of events.sort((a, b) => a.ts - b.ts)) {
    if (name !== 'AnimationFrame') continue
    const which = [pid, tid, id ?? id2?.local ?? id2?.global].join()
    if (ph === 'b') begun.set(which, ts)
    else if (begun.has(which)) lengths.push((ts - begun.get(which)) / 1000)
  }
  return lengths
}

function print(name, what, numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(1) ?? '-'
  for (const [kind, value] of [['median', at(0.5)], ['p95', at(0.95)], ['longest', at(1)]]) {
    console.log(`bench.page.${name}.${what}_${kind}_ms ${value}`)
  }
}
