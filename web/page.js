// The page: everything around the picture, which is there already.
import init from './web.js'

export const open = () => init({ module_or_path: new URL('./web_bg.wasm', import.meta.url) })
