// Clicks elsewhere on the page that lead to a place in the pane, and the pane's life.

const CONTROLS = "a, button, input, abbr, label, .cs-toggle, .cs-chip"
let pane = null

function clickedOnThePage(event) {
  if (!pane?.root.isConnected || pane.root.contains(event.target) || event.button || areUnderWay()) return
  const link = event.target.closest?.('a[href^="#hit-"], a[href^="#page-"]')
  if (link) return followed(link, event)
  const card = pane.isOpen && event.target.closest?.(".cs-hit")
  // A click with the keyboard opens the text, and one that ends a selection is none.
  if (!card || event.target.closest(CONTROLS) || !event.detail || !getSelection().isCollapsed) return
  if (event.target.closest("summary")) event.preventDefault()
  const key = card.id.replace("hit-", "")
  if (pane.places.has(key)) pane.show(key)
}

// Whether results are drawn that the pane does not have yet: those of a column that waits for the others.
function areUnderWay() {
  return document.querySelector(".cs-hit.cs-alone") !== null
}

// A link to a page that was followed before the pane could show it: the browser has put it into the address.
function followWaiting() {
  const [, key] = location.hash.match(/^#page-(\d+-\d+)$/) || []
  if (!key || areUnderWay() || !pane.places.has(key)) return
  history.replaceState(history.state, "", location.pathname + location.search)
  pane.show(key)
}

function followed(link, event) {
  const [kind, column, rank] = link.hash.slice(1).split("-")
  const key = `${column}-${rank}`
  if (kind === "page") {
    event.preventDefault()
    pane.show(key, link)
  } else if (pane.isOpen) {
    const cited = link.classList.contains("cs-cite") && citation(link, Number(column), Number(rank))
    if (pane.places.has(cited || key)) pane.show(cited || key)
  }
}

// The citation that a link in an answer stands for: by its position, or else the first one of its hit.
function citation(link, column, rank) {
  const { position } = link.dataset
  if (position) return `c${column}-${position}`
  return pane.data.citations.find((one) => one.column === column && one.rank === rank)?.key
}

export default function (component) {
  const { data, parentElement, setStateValue } = component
  const root = parentElement.querySelector(".cs-pane-root")
  if (pane?.root !== root) {
    document.documentElement.classList.remove("cs-with-pane")
    pane = new Pane(root)
    document.addEventListener("click", clickedOnThePage)
  }
  pane.update(data, (at) => setStateValue("at", at))
  followWaiting()
  return () => {
    document.removeEventListener("click", clickedOnThePage)
    document.documentElement.classList.remove("cs-with-pane")
  }
}
