// The worker of the panels: what is asked of it, what takes whose place, and how long it is away.

export default {
  'a newer question takes the place of the older one about its sheet, even of one under way': async (t) => {
    const page = await t.open()
    const told = await page.evaluate(async () => {
      const worker = new Worker('./more-worker.js', { type: 'module' })
      const told = []
      const answers = (number) =>
        new Promise((done) => {
          worker.addEventListener('message', ({ data: [of, bytes] }) => {
            if (of === number) done(bytes)
          })
        })
      worker.addEventListener('message', ({ data: [of, bytes] }) => told.push([of, bytes?.length > 0]))
      const ask = (number, sheet, records, more = '') =>
        worker.postMessage([number, `sheet=${sheet}\nlang=en\nlink=v=1&records=${records}\n${more}`])
      const first = answers(0)
      ask(0, 'keys', 60)
      await first
      const last = answers(4)
      const given = answers(1)
      ask(1, 'records', 1000000, 'sort=-latency\n')
      // it is under way by the time the next ones come
      for (let frame = 0; frame < 6; frame += 1) await new Promise(requestAnimationFrame)
      ask(2, 'code', 60)
      ask(3, 'records', 70)
      ask(4, 'records', 80)
      await Promise.all([last, given])
      worker.terminate()
      return told
    })
    // who waits is told at once that there will be no answer; those about other sheets keep their turn
    t.assert.deepEqual(told, [[0, true], [1, false], [3, false], [2, true], [4, true]])
  },

  'the table of a million records is made in pieces: between any two of them the worker hears what is asked': async (t) => {
    const page = await t.open()
    const told = await page.evaluate(async () => {
      const worker = new Worker('./more-worker.js', { type: 'module' })
      const link = 'v=1&records=1000000&rate=1000000&batch.size=65536'
      let number = 0
      const waiting = new Map()
      worker.addEventListener('message', ({ data: [of, bytes] }) => waiting.get(of)?.(bytes))
      const ask = (more) =>
        new Promise((done) => {
          number += 1
          waiting.set(number, done)
          worker.postMessage([number, `sheet=records\nlang=en\nlink=${link}\n${more}`])
        })
      // the same question over and over, each in the place of the one before: how long it takes until that one
      // is told so is how long the worker was away
      const away = []
      let older = ask('sort=-latency\nturn=0\n')
      let answer
      for (let turn = 1; answer === undefined; turn += 1) {
        const asked = performance.now()
        const newer = ask(`sort=-latency\nturn=${turn}\n`)
        answer = await older
        away.push(Math.round(performance.now() - asked))
        older = newer
      }
      worker.terminate()
      return away
    })
    t.assert.ok(told.length > 12, `it is made in pieces: ${told}`)
    // no piece is the greater part of the work, however fast the machine is
    const whole = told.reduce((sum, piece) => sum + piece, 0)
    t.assert.ok(Math.max(...told) < whole / 3, `away for so many ms: ${told}`)
  },
}
