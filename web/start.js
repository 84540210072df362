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
const kept = () => {
  try {
    return localStorage.getItem('linger.language')
  } catch {
    return null
  }
}
const wanted = /[#&]lang=(en|ko)/.exec(location.hash)?.[1] ?? kept() ?? navigator.language
const [first, second] = wanted.startsWith('ko') ? ['ko', 'en'] : ['en', 'ko']
try {
  if (typeof WebAssembly !== 'object') throw new Error('WebAssembly')
  const told = speak(first)
  const wasm = fetch(new URL('./web_bg.wasm', import.meta.url))
  const { default: init } = await import('./web.js')
  await told
  await init({ module_or_path: wasm })
  requestAnimationFrame(() => setTimeout(() => speak(second).catch(() => {}), 100))
  // what is kept for later is fetched when the picture is there
  requestAnimationFrame(() => setTimeout(() => offline?.register('./service-worker.js').catch(() => {}), 500))
} catch (error) {
  tell(`linger runs a model of the Kafka producer in your browser. This browser cannot start it (${error}): it needs WebAssembly and JavaScript modules.`)
}
