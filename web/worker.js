// The same module as the page's, where a long run does not hold up the page. It listens as soon as it is there.
import init from './web.js'

await init({ module_or_path: new URL('./web_bg.wasm', import.meta.url) })
