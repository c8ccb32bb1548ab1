// The pane: which document, page and hit are shown, its controls, and what is told to the server.

const REPORT_MS = 800 // the address follows the pages that somebody stays on
const ZOOMS = ["fit", "100", "150", "200"]

class Pane {
  constructor(root) {
    this.root = root
    const find = (name) => root.querySelector(`.cs-pane-${name}`)
    for (const name of ["toggle", "panel", "document", "previous", "next", "hit", "page", "of", "zoom", "close", "says", "columns", "why", "none"]) {
      this[name] = find(name)
    }
    this.scroller = find("sheets")
    this.pages = new Pages(this.scroller, (text) => this.say(text))
    this.strip = new Strip(find("strip"), (index) => this.toPage(index), (key) => this.go(key, true))
    this.edge = new Edge(find("edge"))
    this.across = new Across(find("across"))
    this.isOpen = false
    this.position = 0 // of the document
    this.listen()
  }

  listen() {
    this.toggle.addEventListener("click", () => (this.isOpen ? this.shut() : this.show()))
    this.close.addEventListener("click", () => this.shut())
    this.previous.addEventListener("click", () => this.step(-1))
    this.next.addEventListener("click", () => this.step(1))
    this.document.addEventListener("change", () => this.choose(Number(this.document.value)))
    this.zoom.addEventListener("change", () => this.setZoom(this.zoom.value))
    this.page.addEventListener("change", () => this.typed(this.page.value))
    this.panel.addEventListener("keydown", (event) => this.pressed(event))
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true })
    this.scroller.addEventListener("click", (event) => this.clicked(event))
    new ResizeObserver(() => this.resized()).observe(this.scroller)
  }

  // New data from the server, which may be the same as before.
  update(data, report) {
    this.report = report
    const before = this.data
    this.data = data
    this.places = new Map([...data.hits, ...data.citations].map((place) => [place.key, place]))
    this.toggle.disabled = !data.documents.length
    this.toggle.title = data.documents.length ? "Show the pages with everything that was found on them" : data.none
    this.drawChoices()
    this.across.attach()
    if (!data.documents.length) return this.shut(false)
    if (before && before.marks === data.marks && before.visit === data.visit) return
    const shown = before?.documents[this.position]?.id
    this.position = Math.max(data.documents.findIndex((one) => one.id === shown), 0)
    if (!this.places.has(this.current) || before?.question !== data.question) this.current = null
    if (!before || before.visit !== data.visit) this.restore(data.at)
    else if (this.isOpen) this.refresh(before.question !== data.question)
  }

  restore(at) {
    if (!at) return this.isOpen ? this.shut(false) : undefined
    const [position, number, zoom] = at.split("-")
    this.position = Math.min(Number(position), this.data.documents.length) - 1
    this.zoom.value = zoom
    this.pages.zoom = zoom === "fit" ? "fit" : Number(zoom)
    this.reveal()
    this.showDocument()
    this.toPage(Math.max(this.shown.numbers.indexOf(Number(number)), 0), false)
  }

  refresh(asked) {
    this.showDocument()
    if (asked) this.goToBest()
    else this.scrolled()
  }

  get shown() {
    return this.data.documents[this.position]
  }

  drawChoices() {
    const { documents, columns, legends, none } = this.data
    this.document.replaceChildren(...documents.map((one, i) => new Option(one.label, i)))
    this.document.hidden = documents.length < 2
    this.columns.innerHTML = columns // from a template of the server
    this.none.textContent = documents.length ? none : ""
    this.why.hidden = !legends.length
  }

  showDocument() {
    this.document.value = this.position
    this.of.textContent = `of ${this.shown.numbers.length.toLocaleString("en")}`
    this.pages.show(this.shown, `${this.data.marks}/${this.position}`)
    this.strip.draw(this.shown, this.hits, this.data.names)
    this.pages.setCurrent(this.current)
    this.sayHit()
  }

  // The hits in the document shown, in reading order.
  get hits() {
    return this.data.hits.filter((hit) => hit.document === this.position)
  }

  reveal() {
    if (this.isOpen) return
    this.isOpen = true
    this.panel.hidden = false
    this.toggle.setAttribute("aria-expanded", "true")
    document.documentElement.classList.add("cs-with-pane")
    this.across.attach()
    this.edge.sayWidth()
  }

  // Open, with what the user looks at staying where it is although the columns become narrower.
  show(key, from) {
    const wasOpen = this.isOpen
    const top = from?.getBoundingClientRect().top
    if (!wasOpen) this.opener = from || this.toggle
    this.reveal()
    if (!wasOpen) {
      this.showDocument()
      if (from) scrolling(from).scrollTop += from.getBoundingClientRect().top - top
    }
    if (key) this.go(key)
    else if (!wasOpen && !this.wasShown) this.goToBest()
    this.wasShown = true
    this.panel.focus({ preventScroll: true })
    this.tell()
  }

  shut(told = true) {
    if (!this.isOpen) return
    this.isOpen = false
    this.panel.hidden = true
    this.toggle.setAttribute("aria-expanded", "false")
    document.documentElement.classList.remove("cs-with-pane")
    this.across.fit()
    if (!told) return
    const opener = this.opener?.isConnected ? this.opener : this.toggle
    opener.focus({ preventScroll: true })
    this.tell()
  }

  goToBest() {
    const best = [...this.data.hits].sort((a, b) => a.rank - b.rank || a.column - b.column)[0]
    if (best) this.go(best.key)
    else this.toPage(0)
  }

  // Show a hit or a citation: its document, its page, its place.
  async go(key, card = false) {
    const place = this.places.get(key)
    if (!place) return this.say("This hit has no page to show.")
    if (place.document !== this.position) {
      this.position = place.document
      this.current = key
      this.showDocument()
    }
    this.current = key
    this.say("")
    this.sayHit()
    this.strip.setCurrent(hitKey(place))
    const index = this.shown.numbers.indexOf(place.page)
    if (index < 0) return this.say(`The document has no page ${place.page}.`)
    if (card) this.toCard(hitKey(place))
    const found = await this.pages.goTo(index, key)
    if (this.current !== key) return
    if (!found) this.say(`On page ${place.page}; where on it is unknown, as its text could not be laid over the page's.`)
    this.scrolled()
    this.flash()
    this.warmNeighbours()
  }

  // What would come next is on its way before it is asked for.
  warmNeighbours() {
    const hits = this.hits
    const at = hits.findIndex((hit) => hit.key === this.currentHit?.key)
    for (const near of [hits[at + 1], hits[at - 1]]) {
      if (near) this.pages.warm(this.shown.numbers.indexOf(near.page))
    }
  }

  flash() {
    for (const mark of this.scroller.querySelectorAll("g.cs-current")) {
      mark.classList.remove("cs-flash")
      void mark.getBoundingClientRect() // so that the animation begins again
      mark.classList.add("cs-flash")
    }
  }

  get currentHit() {
    const place = this.places.get(this.current)
    return place && this.places.get(hitKey(place))
  }

  // The next or previous hit in reading order, through all documents; from the page in view where none is chosen.
  step(by) {
    const all = this.data.hits
    if (!all.length) return
    let at = all.findIndex((hit) => hit.key === this.currentHit?.key)
    if (at < 0) {
      const number = this.shown.numbers[this.pages.index]
      const here = all.findIndex((hit) => hit.document > this.position || (hit.document === this.position && hit.page >= number))
      at = by > 0 ? (here < 0 ? all.length : here) - 1 : here < 0 ? all.length : here
    }
    this.go(all[(at + by + all.length) % all.length].key)
  }

  choose(position) {
    this.position = position
    this.current = null
    this.showDocument()
    const [first] = this.hits
    if (first) this.go(first.key)
    else this.toPage(0)
  }

  toPage(index, told = true) {
    this.pages.scrollToPage(index)
    this.scrolled(told)
  }

  typed(text) {
    const index = this.shown.numbers.indexOf(Number(text))
    if (index >= 0) this.toPage(index)
    else this.say(`There is no page ${text}; the last is ${this.shown.numbers.at(-1)}.`)
    this.page.value = this.shown.numbers[this.pages.index]
  }

  setZoom(zoom) {
    this.zoom.value = zoom
    this.pages.setZoom(zoom === "fit" ? "fit" : Number(zoom))
    this.tell()
  }

  scrolled(told = true) {
    if (!this.isOpen || !this.shown) return
    this.pages.draw()
    const index = this.pages.index
    if (document.activeElement !== this.page) this.page.value = this.shown.numbers[index]
    this.strip.setPage(index)
    if (told) this.tell()
  }

  resized() {
    if (!this.isOpen || !this.shown || !this.scroller.clientHeight) return
    this.pages.setZoom(this.pages.zoom)
    this.strip.draw(this.shown, this.hits, this.data.names)
    this.strip.setPage(this.pages.index)
    if (this.currentHit) this.strip.setCurrent(this.currentHit.key)
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === "Escape") return this.handled(event, () => this.shut())
    if (event.target.matches("input, select")) return
    const step = { ArrowRight: 1, n: 1, ArrowLeft: -1, p: -1 }[event.key]
    if (step) return this.handled(event, () => this.step(step))
    const zoomed = { "+": 1, "=": 1, "-": -1 }[event.key]
    if (zoomed) this.handled(event, () => this.setZoom(ZOOMS[Math.min(Math.max(ZOOMS.indexOf(this.zoom.value) + zoomed, 0), 3)]))
  }

  handled(event, action) {
    event.preventDefault()
    event.stopPropagation()
    action()
  }

  // A click on a marked place leads to its hit: to the smallest, and with further clicks there to the others in turn.
  clicked(event) {
    const marks = document.elementsFromPoint(event.clientX, event.clientY).map((one) => one.closest(".cs-overlay [data-key]"))
    const keys = new Set(marks.filter(Boolean).map((mark) => hitKey(this.places.get(mark.dataset.key))))
    const hits = [...keys].sort((a, b) => this.area(a) - this.area(b))
    if (!hits.length) return
    const key = hits[(hits.indexOf(this.currentHit?.key) + 1) % hits.length]
    this.current = key
    this.pages.setCurrent(key)
    this.strip.setCurrent(key)
    this.sayHit(hits.length)
    this.toCard(key)
  }

  area(key) {
    const boxes = [...this.scroller.querySelectorAll(`.cs-pm-hit[data-key="${key}"] > .cs-tint`)].map((path) => path.getBBox())
    return boxes.reduce((sum, box) => sum + box.width * box.height, 0)
  }

  toCard(key) {
    const card = document.getElementById(`hit-${key}`)
    if (!card) return this.say(`${this.places.get(key).title} has no card yet: show more hits in its column.`)
    card.closest("details:not([open])")?.setAttribute("open", "")
    if (!card.offsetParent) location.hash = `hit-${key}` // on a phone, this brings its column into sight
    card.scrollIntoView({ block: "start" })
    card.classList.remove("cs-flash")
    void card.offsetHeight
    card.classList.add("cs-flash")
  }

  sayHit(here = 1) {
    const hit = this.currentHit
    const at = this.data.hits.findIndex((one) => one.key === hit?.key) + 1
    const count = this.data.hits.length
    this.hit.textContent = at ? `hit ${at} of ${count}` : count === 1 ? "1 hit" : `${count} hits`
    this.hit.className = `cs-pane-hit${hit ? ` cs-c${hit.column}` : ""}`
    this.previous.disabled = this.next.disabled = !count
    if (hit) this.say(`${this.places.get(this.current).title}${here > 1 ? ` · ${here} hits here: click again for the next` : ""}`)
    this.why.innerHTML = hit ? this.data.legends[hit.column] || "" : "" // from a template of the server
  }

  say(text) {
    if (text || this.isOpen) this.says.textContent = text
  }

  // Tell the server, and so the address, what is shown, when it has been shown for a moment.
  tell() {
    clearTimeout(this.telling)
    this.telling = setTimeout(() => {
      const at = this.isOpen ? `${this.position + 1}-${this.shown.numbers[this.pages.index]}-${this.zoom.value}` : ""
      if (at !== (this.told ?? this.data.at)) this.report(at)
      this.told = at
    }, REPORT_MS)
  }
}

function hitKey(place) {
  return place && `${place.column}-${place.rank}`
}

function scrolling(element) {
  return element.closest('[data-testid="stMain"]') || document.scrollingElement
}
