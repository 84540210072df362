// Long runs, where they do not hold up the page. It listens as soon as it is there.
import init from './long.js'

const text = async (file) => (await fetch(file)).text()
const [en, ko] = await Promise.all([text('./en.txt'), text('./ko.txt')])
globalThis.words = { en, ko }
await init({ module_or_path: new URL('./long_bg.wasm', import.meta.url) })
