// Starts the page; says what is missing where it cannot.
const tell = (text) => {
  const place = document.getElementById('app')
  place.textContent = text
  place.className = 'missing'
}
// Works without a network from the second visit on. A newer version that waits takes over before anything is moved.
const offline = self === self.top ? navigator.serviceWorker : undefined
offline?.getRegistration().then((registration) => {
  if (!registration?.waiting) return
  offline.addEventListener('controllerchange', () => location.reload(), { once: true })
  registration.waiting.postMessage('take over')
}, () => {})
// Words: those of the reader's language at once, the others when the picture is there.
const words = (globalThis.words = {})
const files = { en: './en.txt', ko: './ko.txt' }
const speak = async (tag) => {
  const answer = await fetch(files[tag])
  if (!answer.ok) throw new Error(`${files[tag]} ${answer.status}`)
  words[tag] = await answer.text()
}
const kept = (key) => {
  try {
    return localStorage.getItem(key) ?? ''
  } catch {
    return ''
  }
}
const asked = (name) => new RegExp(`[#&]${name}=(\\w+)`).exec(location.hash)?.[1]
const tag = asked('lang') ?? (kept('linger.language') || navigator.language)
const [first, second] = tag.startsWith('ko') ? ['ko', 'en'] : ['en', 'ko']
const dark = () => {
  const theme = asked('theme') ?? kept('linger.theme')
  return theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
}
try {
  if (typeof WebAssembly !== 'object') throw new Error('WebAssembly')
  // the engine and the picture first, then the page around it
  const told = speak(first)
  const wasm = fetch(new URL('./engine_bg.wasm', import.meta.url))
  const engine = (globalThis.engine = await import('./engine.js'))
  await told
  await engine.default({ module_or_path: wasm })
  const canvas = document.getElementById('first')
  document.documentElement.lang = first
  for (const place of document.querySelectorAll('[data-word]')) {
    const key = `${place.dataset.word} = `
    place.textContent = words[first].split('\n').find((line) => line.startsWith(key))?.slice(key.length) ?? ''
  }
  const width = canvas.parentElement.clientWidth
  // an embed has another shape, and waits for it
  if (width > 0) {
    document.documentElement.dataset.theme = dark() ? 'dark' : 'light'
    const rem = document.getElementById('rem').getBoundingClientRect().width
    const height = engine.first(canvas, location.hash, kept('linger.rows'), first, dark(), width, rem)
    if (height) canvas.style.height = `${height}px`
    performance.mark('first picture')
    await new Promise(requestAnimationFrame)
  }
  await (await import('./page.js')).open()
  requestAnimationFrame(() => setTimeout(() => speak(second).catch(() => {}), 100))
  // what is kept for later is fetched when the picture is there
  requestAnimationFrame(() => setTimeout(() => offline?.register('./service-worker.js').catch(() => {}), 500))
} catch (error) {
  tell(`linger runs a model of the Kafka producer in your browser. This browser cannot start it (${error}): it needs WebAssembly and JavaScript modules.`)
}
