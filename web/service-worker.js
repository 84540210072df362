// Keeps the site's files, so that it opens without a network. Which files, and their digests, stands in
// the first line of code: the build writes it, so a new version of any file is a new service worker.
const FILES = {}

const here = (name) => new URL(`./${name}`, self.location).href
// another copy of the site, below another path, has caches of its own
const COPY = `linger ${here('')} `
const VERSION = COPY + Object.values(FILES).join('')
// a file is kept under its name and digest: what has not changed is taken over from the version before
const key = (name) => `${here(name)}?digest=${FILES[name]}`

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(VERSION)
      await Promise.all(
        Object.keys(FILES).map(async (name) => {
          const answer = (await caches.match(key(name))) ?? (await fetch(here(name), { cache: 'no-cache' }))
          if (!answer.ok) throw new Error(`${name}: ${answer.status}`)
          await cache.put(key(name), answer)
        }),
      )
    })(),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith(COPY) && name !== VERSION) await caches.delete(name)
      }
    })(),
  )
})

// a page that has just begun asks the newer version to take over, and loads again
self.addEventListener('message', (event) => {
  if (event.data === 'take over') self.skipWaiting()
})

self.addEventListener('fetch', (event) => {
  const { method, url } = event.request
  const root = here('')
  if (method !== 'GET' || !url.startsWith(root)) return
  const name = url.slice(root.length).split(/[?#]/)[0] || 'index.html'
  if (!(name in FILES)) return
  event.respondWith(caches.match(key(name)).then((kept) => kept ?? fetch(event.request)))
})
