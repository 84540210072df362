// What is seldom needed, loaded when wanted: questions in text, answers as bytes.
import init, { answer, take_case } from './more.js'

const ready = init({ module_or_path: new URL('./more_bg.wasm', import.meta.url) })
let open
onmessage = async ({ data: [number, question] }) => {
  await ready
  // a recorded case is a file of the site
  const name = /^link=(?:.*&)?case=([\w-]+)/m.exec(question)?.[1]
  if (name && name !== open) {
    const file = await fetch(new URL(`./cases/${name}.json`, import.meta.url)).catch(() => undefined)
    take_case(file?.ok ? await file.text() : '')
    open = name
  }
  postMessage([number, answer(question)])
}
