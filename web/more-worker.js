// What is seldom needed, loaded when wanted: questions in text, answers as bytes.
import init, { answer } from './more.js'

const ready = init({ module_or_path: new URL('./more_bg.wasm', import.meta.url) })
onmessage = async ({ data: [number, question] }) => {
  await ready
  postMessage([number, answer(question)])
}
