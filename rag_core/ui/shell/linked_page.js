// A page's picture with shapes over it, and texts beside it. What has the same data-key belongs together: it is marked
// in both where the pointer or the keyboard is, with its data-title beside it. Elements are replaced only where their
// content has changed, so that the picture neither loads again nor jumps.

const SKELETON = `
  <figure class="cs-sheet"><img class="cs-picture"><div class="cs-over"></div></figure>
  <div class="cs-side"></div>
  <div class="cs-tip" role="status"></div>`;

export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".cs-linked") ?? build(parentElement);
  showPicture(root, data);
  replace(root.querySelector(".cs-over"), data.overlay);
  if (replace(root.querySelector(".cs-side"), data.texts) || root.here !== data.here) pointOut(root, data.here);
}

function build(parent) {
  const root = document.createElement("div");
  root.className = "cs-linked";
  root.innerHTML = SKELETON;
  parent.append(root);
  for (const [type, listen] of Object.entries(LISTENERS)) root.addEventListener(type, (event) => listen(root, event));
  root.querySelector("img").addEventListener("load", (event) => event.target.classList.remove("cs-loading"));
  return root;
}

function showPicture(root, { src, alt, ratio }) {
  const sheet = root.querySelector(".cs-sheet"), picture = root.querySelector("img");
  sheet.hidden = !src;
  root.classList.toggle("cs-unpictured", !src);
  if (!src || picture.getAttribute("src") === src) return;
  sheet.style.aspectRatio = ratio;
  sheet.style.setProperty("--cs-ratio", `(${ratio})`);
  picture.classList.add("cs-loading");
  picture.alt = alt;
  picture.src = src;
}

function replace(element, html) {
  if (element.html === html) return false;
  element.html = html;
  element.innerHTML = html;
  return true;
}

function pointOut(root, here) {
  root.here = here;
  for (const place of root.querySelectorAll("[data-here]")) scrollTo(place);
}

function scrollTo(element) {
  element.scrollIntoView({ block: "nearest", inline: "nearest" });
}

const LISTENERS = {
  mouseover: (root, event) => enter(root, event.target, event.clientX, event.clientY),
  mouseleave: (root) => leave(root),
  focusin: (root, event) => {
    const { left, bottom } = event.target.getBoundingClientRect();
    enter(root, event.target, left, bottom);
  },
  focusout: (root) => leave(root),
  click: (root, event) => choose(root, event.target),
  keydown: (root, event) => {
    if (event.key === "Escape") leave(root);
    if (event.key === "Enter" || event.key === " ") {
      if (choose(root, event.target)) event.preventDefault();
    }
  },
};

function enter(root, target, x, y) {
  const keyed = target.closest("[data-key]");
  if (keyed === null) return leave(root);
  const keys = new Set(keyed.dataset.key.split(" "));
  for (const element of root.querySelectorAll("[data-key]")) {
    element.classList.toggle("cs-on", element.dataset.key.split(" ").some((key) => keys.has(key)));
  }
  const tip = root.querySelector(".cs-tip");
  tip.textContent = keyed.dataset.title ?? "";
  tip.style.left = `${Math.max(8, Math.min(x + 12, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${Math.max(8, Math.min(y + 18, innerHeight - tip.offsetHeight - 8))}px`;
}

function leave(root) {
  for (const element of root.querySelectorAll(".cs-on")) element.classList.remove("cs-on");
  root.querySelector(".cs-tip").textContent = "";
}

// A click on a part of the page goes to its text, and the other way round.
function choose(root, target) {
  const keyed = target.closest("[data-key]");
  if (keyed === null) return false;
  const [key] = keyed.dataset.key.split(" ");
  const other = root.querySelector(keyed.closest(".cs-side") ? ".cs-over" : ".cs-side");
  const counterparts = [...other.querySelectorAll("[data-key]")].filter((found) => found.dataset.key.split(" ").includes(key));
  if (counterparts.length) scrollTo(counterparts[0]);
  return true;
}
