// The pages of one document below each other, of which only those in sight are there, with their marks over them.

const GAP_PX = 14
const WIDTH_STEP_PX = 200 // pictures come in few widths, so that most are there already
const MAX_WIDTH_PX = 4000
const MAX_FIT = 3 // how much larger than on paper a small page is made to fit
const PX_PER_POINT = 96 / 72
const REST_MS = 70 // after which a page that is scrolled past is worth its picture
const MAX_OVERLAYS = 150
const PATIENCE_MS = 250 // for marks, before their page is shown without them

class Pages {
  constructor(scroller, said) {
    this.scroller = scroller
    this.roll = scroller.firstElementChild
    this.said = said // told about pages that cannot be drawn
    this.sheets = new Map() // by index: the figures that are there
    this.overlays = new Map() // by address: promises of SVG
    this.zoom = "fit"
    this.current = null
    this.tops = []
  }

  // Show another document, or the same one with other marks.
  show(document, marks) {
    const same = this.document?.pictures === document.pictures
    if (this.marks !== marks) this.overlays.clear()
    this.document = document
    this.marks = marks
    if (!same) this.clear()
    for (const [index, sheet] of this.sheets) this.drawMarks(index, sheet)
    this.layOut()
  }

  clear() {
    for (const sheet of this.sheets.values()) sheet.remove()
    this.sheets.clear()
  }

  size(index) {
    const [width, height] = this.document.sizes[index]
    const room = Math.max(this.scroller.clientWidth - 2 * GAP_PX, 50)
    const scale = this.zoom === "fit" ? Math.min(room / width, MAX_FIT * PX_PER_POINT) : (PX_PER_POINT * this.zoom) / 100
    return [width * scale, height * scale]
  }

  layOut() {
    let top = GAP_PX
    let widest = 0
    this.tops = this.document.sizes.map((_, index) => {
      const [width, height] = this.size(index)
      const at = top
      top += height + GAP_PX
      widest = Math.max(widest, width)
      return at
    })
    this.roll.style.height = `${top}px`
    this.roll.style.width = `max(100%, ${widest + 2 * GAP_PX}px)`
    this.draw()
  }

  // Change the size and keep what is in the middle where it is.
  // What is in the middle stays there, but a hit that is looked at stays in view.
  setZoom(zoom) {
    const seen = this.pageOfSeenMark()
    const middle = this.scroller.scrollTop + this.scroller.clientHeight / 2
    const index = this.indexAt(middle)
    const share = (middle - this.tops[index]) / this.size(index)[1]
    this.zoom = zoom
    this.layOut()
    this.scroller.scrollTop = this.tops[index] + share * this.size(index)[1] - this.scroller.clientHeight / 2
    this.scroller.scrollLeft = (this.scroller.scrollWidth - this.scroller.clientWidth) / 2
    this.draw()
    if (seen !== undefined) this.goTo(seen, this.current)
  }

  pageOfSeenMark() {
    const view = this.scroller.getBoundingClientRect()
    const isSeen = (mark) => {
      const { top, bottom } = mark.getBoundingClientRect()
      return bottom > view.top && top < view.bottom
    }
    return [...this.sheets].find(([, sheet]) => [...sheet.querySelectorAll("g.cs-current")].some(isSeen))?.[0]
  }

  indexAt(y) {
    let low = 0
    let high = this.tops.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.tops[middle] <= y) low = middle
      else high = middle - 1
    }
    return low
  }

  // The page that takes the middle of the view.
  get index() {
    return this.tops.length ? this.indexAt(this.scroller.scrollTop + this.scroller.clientHeight / 2) : 0
  }

  scrollToPage(index) {
    this.scroller.scrollTop = this.tops[index] - GAP_PX
    this.draw(true)
  }

  // Have the pages in sight, and one more on either side.
  draw(atOnce = false) {
    if (!this.document || !this.scroller.clientHeight) return
    const first = this.indexAt(this.scroller.scrollTop)
    const last = this.indexAt(this.scroller.scrollTop + this.scroller.clientHeight)
    const wanted = [...range(first, last), first - 1, last + 1].filter((i) => i >= 0 && i < this.tops.length)
    for (const [index, sheet] of this.sheets) {
      if (wanted.includes(index)) continue
      sheet.remove()
      this.sheets.delete(index)
    }
    for (const index of wanted) this.place(index)
    clearTimeout(this.resting)
    const fetchPictures = () => wanted.forEach((index) => this.drawPicture(index, this.sheets.get(index)))
    if (atOnce) fetchPictures()
    else this.resting = setTimeout(fetchPictures, REST_MS)
  }

  place(index) {
    const [width, height] = this.size(index)
    let sheet = this.sheets.get(index)
    if (!sheet) {
      sheet = document.createElement("figure")
      sheet.className = "cs-page"
      sheet.dataset.page = this.document.numbers[index]
      sheet.setAttribute("aria-label", `Page ${this.document.numbers[index]}`)
      const overlay = document.createElement("div")
      sheet.append(overlay)
      this.roll.append(sheet)
      this.sheets.set(index, sheet)
      this.drawMarks(index, sheet)
    }
    const rollWidth = Math.max(this.roll.clientWidth, width + 2 * GAP_PX)
    Object.assign(sheet.style, {
      top: `${this.tops[index]}px`, left: `${(rollWidth - width) / 2}px`, width: `${width}px`, height: `${height}px`,
    })
  }

  pictureUrl(index) {
    const pixels = this.size(index)[0] * (window.devicePixelRatio || 1)
    const width = Math.min(Math.ceil(pixels / WIDTH_STEP_PX) * WIDTH_STEP_PX, MAX_WIDTH_PX)
    return `${this.document.pictures}/${this.document.numbers[index]}-${width}.jpg`
  }

  // A picture takes the place of the former one, which was less sharp, when it is there.
  async drawPicture(index, sheet) {
    const url = this.pictureUrl(index)
    if (!sheet || sheet.wanted === url) return
    sheet.wanted = url
    const picture = new Image()
    picture.alt = `Page ${this.document.numbers[index]}`
    picture.draggable = false
    picture.src = url
    try {
      await picture.decode()
    } catch {
      if (sheet.wanted === url) await this.explain(url, sheet)
      return
    }
    if (sheet.wanted !== url) return
    sheet.querySelectorAll("img, .cs-page-problem").forEach((old) => old.remove())
    sheet.prepend(picture)
  }

  async explain(url, sheet) {
    sheet.wanted = null
    const problem = document.createElement("p")
    problem.className = "cs-page-problem"
    try {
      const answer = await fetch(url)
      problem.textContent = answer.ok ? "The picture could not be shown." : await answer.text()
    } catch {
      problem.textContent = "The server does not answer."
    }
    sheet.querySelectorAll(".cs-page-problem").forEach((old) => old.remove())
    sheet.prepend(problem)
    this.said(problem.textContent)
  }

  overlayOf(index) {
    const url = `${this.marks}/${this.document.numbers[index]}`
    if (!this.overlays.has(url)) {
      if (this.overlays.size >= MAX_OVERLAYS) this.overlays.delete(this.overlays.keys().next().value)
      const answer = fetch(url).then(async (got) => {
        if (got.ok) return got.text()
        this.overlays.delete(url)
        throw new Error(await got.text())
      })
      answer.catch(() => this.overlays.delete(url))
      this.overlays.set(url, answer)
    }
    return this.overlays.get(url)
  }

  async drawMarks(index, sheet) {
    const marks = this.marks
    try {
      const svg = await this.overlayOf(index)
      if (marks !== this.marks || this.sheets.get(index) !== sheet) return
      sheet.lastElementChild.innerHTML = svg // from a template of the server, which escapes whatever is put into it
    } catch (problem) {
      if (marks === this.marks) this.said(problem.message)
      return
    }
    this.markCurrent(sheet)
  }

  markCurrent(sheet) {
    for (const mark of sheet.querySelectorAll("[data-key]")) {
      mark.classList.toggle("cs-current", mark.dataset.key === this.current)
    }
  }

  setCurrent(key) {
    this.current = key
    for (const sheet of this.sheets.values()) this.markCurrent(sheet)
  }

  // Show a mark on a page, in the upper part of the view unless it is in sight; false where the page does not have it.
  async goTo(index, key) {
    this.setCurrent(key)
    if (!this.sheets.has(index)) this.warm(index)
    const marks = this.overlayOf(index).catch(() => "")
    await (this.sheets.has(index) ? marks : Promise.race([marks, new Promise((done) => setTimeout(done, PATIENCE_MS))]))
    while (this.current === key) {
      if (!this.sheets.has(index)) this.scroller.scrollTop = this.tops[index] - GAP_PX
      this.draw(true)
      const sheet = this.sheets.get(index)
      if (!sheet) return false
      if (!sheet.querySelector(".cs-overlay")) await this.drawMarks(index, sheet)
      if (sheet.isConnected) return this.reveal(sheet, key) // it may have left the view while its marks were drawn
    }
    return true
  }

  reveal(sheet, key) {
    const found = [...sheet.querySelectorAll(`g[data-key="${CSS.escape(key)}"]`)].filter((one) => one.getBoundingClientRect().height)
    const mark = found.find((one) => one.matches(".cs-pm-match, .cs-pm-citation")) || found[0]
    if (!mark) return false
    const [box, view] = [mark.getBoundingClientRect(), this.scroller.getBoundingClientRect()]
    if (box.top < view.top + 8 || box.bottom > view.bottom - 8) {
      this.scroller.scrollTop += box.top - view.top - Math.min(view.height * 0.22, Math.max(view.height - box.height, 40))
    }
    if (box.left < view.left || box.right > view.right) this.scroller.scrollLeft += box.left - view.left - 24
    this.draw(true)
    return true
  }

  // Have a page's picture and marks on the way before it is looked at.
  warm(index) {
    if (index < 0 || index >= this.tops.length) return
    this.overlayOf(index).catch(() => "")
    new Image().src = this.pictureUrl(index)
  }
}

function range(first, last) {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}
