// Times runs of the wasm build: `wasm.NAME VALUE` lines.
// usage: node bench.mjs MODULE.js   (what wasm-bindgen made of the probe for Node)
import { createRequire } from 'node:module'

const { answer } = createRequire(import.meta.url)(process.argv[2])

// Seconds of a run: the median of all rounds but the first, in which the engine still compiles.
function seconds(records, rounds) {
  const times = []
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    const said = answer(`bench ${records}`)
    if (said.startsWith('FAILED')) throw new Error(said)
    times.push((performance.now() - began) / 1000)
  }
  return times.slice(1).sort((a, b) => a - b)[Math.floor((rounds - 1) / 2)]
}

console.log(`records_per_second ${Math.round(200_000 / seconds(200_000, 8))}`)
console.log(`seconds_for_a_million_records ${seconds(1_000_000, 4).toFixed(3)}`)
