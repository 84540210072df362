// Starts the page; says what is missing where it cannot.
const tell = (text) => {
  const place = document.getElementById('app')
  place.textContent = text
  place.className = 'missing'
}
try {
  if (typeof WebAssembly !== 'object') throw new Error('WebAssembly')
  const { default: init } = await import('./web.js')
  await init({ module_or_path: new URL('./web_bg.wasm', import.meta.url) })
} catch (error) {
  tell(`linger runs a model of the Kafka producer in your browser. This browser cannot start it (${error}): it needs WebAssembly and JavaScript modules.`)
}
