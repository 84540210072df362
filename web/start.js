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
try {
  if (typeof WebAssembly !== 'object') throw new Error('WebAssembly')
  const { default: init } = await import('./web.js')
  await init({ module_or_path: new URL('./web_bg.wasm', import.meta.url) })
  // what is kept for later is fetched when the picture is there
  requestAnimationFrame(() => setTimeout(() => offline?.register('./service-worker.js').catch(() => {}), 500))
} catch (error) {
  tell(`linger runs a model of the Kafka producer in your browser. This browser cannot start it (${error}): it needs WebAssembly and JavaScript modules.`)
}
