// What lies beside the pane: its edge, which can be dragged, and the columns, which scroll where they do not fit.

const EDGE_STEP_PX = 32
const OWN_WIDTH = "chunkscope-pane-width" // in what the browser remembers

// The edge between columns and pane: dragged, moved with the arrow keys, and put back with a double click.
class Edge {
  constructor(element) {
    this.element = element
    const width = Number(remembered(OWN_WIDTH))
    if (width > 0) this.setWidth(width)
    element.addEventListener("pointerdown", (event) => element.setPointerCapture(event.pointerId))
    element.addEventListener("pointermove", (event) => {
      if (element.hasPointerCapture(event.pointerId)) this.setWidth(innerWidth - event.clientX)
    })
    element.addEventListener("dblclick", () => this.putBack())
    element.addEventListener("keydown", (event) => this.pressed(event))
  }

  pressed(event) {
    const by = { ArrowLeft: EDGE_STEP_PX, ArrowRight: -EDGE_STEP_PX }[event.key]
    if (!by) return
    event.preventDefault()
    event.stopPropagation() // in the rest of the pane, these keys go from hit to hit
    this.setWidth(innerWidth - this.element.parentElement.getBoundingClientRect().left + by)
  }

  // Neither side may become too narrow to use; style.css has the limits.
  setWidth(px) {
    document.documentElement.style.setProperty("--cs-pane-own-width", `${Math.round(px)}px`)
    remember(OWN_WIDTH, Math.round(px))
    this.sayWidth()
  }

  putBack() {
    document.documentElement.style.removeProperty("--cs-pane-own-width")
    remember(OWN_WIDTH, "")
    this.sayWidth()
  }

  // Of the window, in percent: what a screen reader says of the edge.
  sayWidth() {
    const share = (100 * this.element.parentElement.clientWidth) / innerWidth
    if (share) this.element.setAttribute("aria-valuenow", Math.round(share))
  }
}

// A browser may not let pages remember anything.
function remembered(key) {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function remember(key, value) {
  try {
    localStorage.setItem(key, value)
  } catch {
    // The width lasts until the page is left.
  }
}

// A scrollbar for the columns at the bottom of the window: their own is below the longest of them, out of sight.
class Across {
  constructor(bar) {
    this.bar = bar
    this.watched = new ResizeObserver(() => this.fit())
    bar.addEventListener("scroll", () => this.row && (this.row.scrollLeft = bar.scrollLeft), { passive: true })
    this.follow = () => (bar.scrollLeft = this.row.scrollLeft)
  }

  // The columns may be others than before.
  attach() {
    const row = document.querySelector(".st-key-columns .stHorizontalBlock:has(> .stColumn)")
    if (row === this.row) return this.fit()
    this.row?.removeEventListener("scroll", this.follow)
    this.watched.disconnect()
    this.row = row
    if (!row) return this.fit()
    row.addEventListener("scroll", this.follow, { passive: true })
    this.watched.observe(row)
  }

  fit() {
    const row = this.row?.isConnected ? this.row : null
    const isOpen = document.documentElement.classList.contains("cs-with-pane")
    this.bar.hidden = !row || !isOpen || row.scrollWidth <= row.clientWidth + 1
    if (this.bar.hidden) return
    const { left, width } = row.getBoundingClientRect()
    Object.assign(this.bar.style, { left: `${left}px`, width: `${width}px` })
    this.bar.firstElementChild.style.width = `${row.scrollWidth}px`
    this.follow()
  }
}
