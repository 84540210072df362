// What is seldom needed, loaded when wanted: questions in text, answers as bytes.
import init, { answer, take_case } from './more.js'

const ready = init({ module_or_path: new URL('./more_bg.wasm', import.meta.url) })
/** Questions that wait, oldest first. */
const waiting = []
let [busy, open] = [false, undefined]

onmessage = ({ data: [number, question] }) => {
  const sheet = /^sheet=(.*)$/m.exec(question)?.[1]
  // a newer question takes the place of the one before it about the same sheet
  const old = waiting.findIndex((one) => one.sheet === sheet)
  if (old >= 0) postMessage([waiting.splice(old, 1)[0].number])
  waiting.push({ number, question, sheet })
  if (!busy) serve()
}

async function serve() {
  busy = true
  await ready
  while (waiting.length > 0) {
    const next = waiting[0]
    await opened(next.question)
    // what is long is answered in slices, and what has come in between may have taken its place
    const bytes = waiting[0] === next ? answer(next.question) : undefined
    if (bytes) {
      waiting.shift()
      postMessage([next.number, bytes])
    }
    await turn()
  }
  busy = false
}

/** Has the recorded case open that a question is about: it is a file of the site. */
async function opened(question) {
  const name = /^link=(?:.*&)?case=([\w-]+)/m.exec(question)?.[1]
  if (!name || name === open) return
  const file = await fetch(new URL(`./cases/${name}.json`, import.meta.url)).catch(() => undefined)
  take_case(file?.ok ? await file.text() : '')
  open = name
}

const { port1, port2 } = new MessageChannel()
/** Lets the messages in that have come. */
function turn() {
  return new Promise((next) => {
    port1.onmessage = next
    port2.postMessage(0)
  })
}
