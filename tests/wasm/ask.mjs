// Puts the questions of `src/bin/ask.rs` to the wasm build: one answer a line.
// usage: node ask.mjs MODULE.js   (what wasm-bindgen made of the probe for Node)
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const { answer } = createRequire(import.meta.url)(process.argv[2])
const folder = 'tests/conformance/cases'
const files = readdirSync(folder).filter((name) => name.endsWith('.json')).sort()
for (const name of files) console.log(answer(readFileSync(`${folder}/${name}`, 'utf8')))
for (let seed = 0; seed < 200; seed += 1) console.log(answer(`seed ${seed}`))
