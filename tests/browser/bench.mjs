// From a slider to its picture, and frames while the picture is dragged: milliseconds, printed and never
// asserted, all out of the browser's own trace.
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
  page.setDefaultTimeout(600_000)
  await page.goto(`${process.env.LINGER_URL}#${fragment}`)
  await page.waitForSelector('main[data-run="ready"]')
  const slid = await slides(page, moves)
  print(name, 'slider_to_picture', slid.map(({ took }) => took))
  print(name, 'slider_to_picture_work', slid.map(({ work }) => work))
  print(name, 'pan_frame', await frames(page))
  if (name === 'default') {
    const swept = await sweeps(page)
    print(name, 'sweep_of_50', swept.map(({ took }) => took))
    print(name, 'sweep_frame', swept.flatMap(({ frames }) => frames))
  }
  await page.context().close()
}
await browser.close()

/**
 * Moves `linger.ms` stop by stop. From the key until the frame with the new picture is handed over: how long
 * that is, with the wait for the screen's next frame, and how long the page worked in it.
 */
async function slides(page, moves) {
  const slider = page.getByRole('slider', { name: 'linger.ms', exact: true })
  await slider.focus()
  await page.keyboard.press('Home')
  await page.waitForSelector('main[data-run="ready"]')
  // the engine paints each canvas; the timeline's is the picture
  await page.evaluate(() => {
    const { paint } = globalThis.engine
    globalThis.engine = {
      ...globalThis.engine,
      paint: (canvas, ...rest) => {
        paint(canvas, ...rest)
        if (canvas.role === 'application') {
          performance.mark('painted')
          window.painted?.()
        }
      },
    }
  })
  const { events, main } = await traced(page, async () => {
    for (let move = 0; move < moves; move += 1) {
      // painted, and the panels that follow are over
      await page.evaluate(() => {
        window.done = new Promise((resolve) => { window.painted = () => setTimeout(resolve, 150) })
      })
      await page.keyboard.press(move % 8 < 4 ? 'ArrowRight' : 'ArrowLeft')
      await page.evaluate(() => window.done)
    }
  })
  const keys = main.filter(({ name, args }) => name === 'EventDispatch' && args.data.type === 'keydown')
  const begins = keys.map((key) => key.ts)
  const lengths = begins.map((begin, at) => {
    const painted = events.find(({ name, ts }) => name === 'painted' && ts > begin && ts < (begins[at + 1] ?? Infinity))
    const shown = main.find(({ name, ts }) => name === 'Commit' && ts > painted?.ts)
    if (!shown) return undefined
    const end = shown.ts + shown.dur
    const within = ({ ts, dur }) => Math.max(0, Math.min(ts + dur, end) - Math.max(ts, begin))
    const work = main.filter(({ name }) => name === 'RunTask').reduce((sum, task) => sum + within(task), 0)
    return { took: (end - begin) / 1000, work: work / 1000 }
  })
  return lengths.filter(Boolean)
}

/** The trace of what happens meanwhile, by time, and the part of it that the page's own thread did. */
async function traced(page, what) {
  const categories = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel', 'blink.user_timing']
  await browser.startTracing(page, { categories })
  await what()
  const events = JSON.parse((await browser.stopTracing()).toString()).traceEvents.sort((a, b) => a.ts - b.ts)
  const own = events.find(({ name }) => name === 'EventDispatch')
  return { events, main: events.filter(({ ph, pid, tid }) => ph === 'X' && pid === own?.pid && tid === own?.tid) }
}

/** Zooms in, drags the picture along, and reads how long each frame took from a trace. */
async function frames(page) {
  const box = await page.locator(canvas).boundingBox()
  await page.locator(canvas).focus()
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('+')
  const { events } = await traced(page, async () => {
    await page.mouse.move(box.x + 700, box.y + 150)
    await page.mouse.down()
    for (let x = 700; x > 300; x -= 4) await page.mouse.move(box.x + x, box.y + 150)
    await page.mouse.up()
  })
  // a frame is a pair of marks: from the first task that leads to it to the end of its rendering
  const begun = new Map()
  const lengths = []
  for (const { name, ph, ts, pid, tid, id, id2 } of events) {
    if (name !== 'AnimationFrame') continue
    const which = [pid, tid, id ?? id2?.local ?? id2?.global].join()
    if (ph === 'b') begun.set(which, ts)
    else if (begun.has(which)) lengths.push((ts - begun.get(which)) / 1000)
  }
  return lengths
}

/** Sweeps one number after another over their ranges: how long until all charts and rows are there, and all frames meanwhile. */
async function sweeps(page) {
  await page.locator('#tab-sweep').click()
  await page.locator('#side-panel .chart').first().waitFor()
  const swept = []
  for (const name of ['batch.size', 'linger.ms', 'batch.size', 'linger.ms', 'batch.size', 'linger.ms']) {
    swept.push(await page.evaluate(async (name) => {
      const [frames, begin] = [[], performance.now()]
      const shown = () => document.querySelector('#side-panel .chart')?.innerHTML
      const before = shown()
      const buttons = document.querySelectorAll('#side-panel .buttons button')
      ;[...buttons].find((one) => one.innerText === name).click()
      const busy = () => document.querySelector('#side-panel .sheet').ariaBusy === 'true'
      for (let last = begin; shown() === before || busy(); last = performance.now()) {
        await new Promise(requestAnimationFrame)
        frames.push(performance.now() - last)
      }
      return { took: performance.now() - begin, frames }
    }, name))
  }
  return swept
}

function print(name, what, numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(1) ?? '-'
  for (const [kind, value] of [['median', at(0.5)], ['p95', at(0.95)], ['longest', at(1)]]) {
    console.log(`bench.page.${name}.${what}_${kind}_ms ${value}`)
  }
}
