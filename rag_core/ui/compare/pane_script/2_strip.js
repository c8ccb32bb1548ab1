// A small map of the document: every page from top to bottom, with a tick for each hit in the lane of its column.

const LANE_PX = 8
const LABELS_PX = 26
const MAX_BAND_PX = 26
const MIN_TICK_PX = 3
const MIN_BAND_PX = 6 // of pages that can be told apart
const SVG = "http://www.w3.org/2000/svg"

class Strip {
  constructor(svg, onPage, onHit) {
    this.svg = svg
    svg.addEventListener("click", (event) => {
      const key = event.target.closest("[data-key]")?.dataset.key
      if (key) onHit(key)
      else if (this.count) onPage(this.indexAt(event.clientY))
    })
    svg.addEventListener("keydown", (event) => {
      const moved = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -this.count, End: this.count }[event.key]
      if (!moved) return
      event.preventDefault()
      event.stopPropagation()
      onPage(Math.min(Math.max(this.at + moved, 0), this.count - 1))
    })
  }

  indexAt(clientY) {
    const y = clientY - this.svg.getBoundingClientRect().top
    return Math.min(Math.max(Math.floor(y / this.band), 0), this.count - 1)
  }

  draw(shown, hits, columns) {
    this.numbers = shown.numbers
    this.count = shown.numbers.length
    const height = this.svg.parentElement.clientHeight
    const width = LABELS_PX + columns.length * LANE_PX + 4
    this.band = Math.min(height / this.count, MAX_BAND_PX)
    this.svg.setAttribute("width", width)
    this.svg.setAttribute("height", height)
    const places = new Map(shown.numbers.map((number, index) => [number, index]))
    this.view = element("rect", { class: "cs-strip-view", x: 0, width })
    const grid = element("g", { class: "cs-strip-grid" }, this.lines(width))
    this.ticks = hits.flatMap((hit) => this.ticksOf(hit, places))
    this.svg.replaceChildren(grid, element("g", {}, this.ticks), this.view)
    this.svg.setAttribute("aria-valuemin", shown.numbers[0])
    this.svg.setAttribute("aria-valuemax", shown.numbers[this.count - 1])
  }

  lines(width) {
    const every = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((step) => step * this.band >= 15) || this.count
    const lines = []
    for (let index = 0; index <= this.count; index++) {
      const labelled = index < this.count && (index + 1) % every === 0
      if (labelled || index === 0 || index === this.count || this.band >= MIN_BAND_PX) {
        lines.push(element("path", { d: `M${LABELS_PX - 3} ${(index * this.band).toFixed(1)}H${width}` }))
      }
      if (labelled || (index === 0 && every > 1 && this.band * every > 26)) {
        const text = element("text", { x: LABELS_PX - 5, y: (index * this.band + Math.min(this.band, 14) / 2 + 3.5).toFixed(1) })
        text.textContent = this.numbers[index]
        lines.push(text)
      }
    }
    return lines
  }

  // A tick for each page, or where pages are thin, for each run of pages that follow each other.
  ticksOf(hit, places) {
    const runs = []
    for (const index of hit.pages.filter((page) => places.has(page)).map((page) => places.get(page))) {
      const run = runs.at(-1)
      if (run && this.band < MIN_BAND_PX && run.last === index - 1) run.last = index
      else runs.push({ first: index, last: index })
    }
    return runs.map((run) => this.tick(hit, run))
  }

  tick(hit, { first, last }) {
    const pages = [this.numbers[first], this.numbers[last]]
    const isMain = pages[0] <= hit.page && hit.page <= pages[1]
    const made = element("rect", {
      class: `cs-strip-tick cs-c${hit.column}${isMain ? " cs-strip-main" : ""}`, "data-key": hit.key,
      x: LABELS_PX + hit.column * LANE_PX, y: (first * this.band + 0.5).toFixed(1),
      width: LANE_PX - 2, height: Math.max((last - first + 1) * this.band - 1, MIN_TICK_PX).toFixed(1),
    })
    const title = element("title", {})
    title.textContent = `${hit.title} · ${first === last ? `page ${pages[0]}` : `pages ${pages[0]} to ${pages[1]}`}`
    made.append(title)
    made.run = { first, last }
    return made
  }

  setPage(index) {
    this.at = index
    this.view.setAttribute("y", (index * this.band).toFixed(1))
    this.view.setAttribute("height", Math.max(this.band, MIN_TICK_PX).toFixed(1))
    this.svg.setAttribute("aria-valuenow", this.numbers[index])
    const there = this.ticks.filter(({ run }) => run.first <= index && index <= run.last).length
    this.svg.setAttribute("aria-valuetext", `page ${this.numbers[index]}, ${there} ${there === 1 ? "hit" : "hits"}`)
  }

  setCurrent(key) {
    for (const tick of this.ticks) tick.classList.toggle("cs-current", tick.dataset.key === key)
  }
}

function element(name, attributes, children = []) {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}
