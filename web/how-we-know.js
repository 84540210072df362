// The theme that the playground has, or that of the reader's system.
let chosen
try {
  chosen = localStorage.getItem('linger.theme')
} catch {
  // no storage: the system decides
}
const dark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
document.documentElement.dataset.theme = dark ? 'dark' : 'light'
