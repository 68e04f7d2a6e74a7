// Progressive enhancement only: every page works without this file.

// Live filter of a long table: <div data-filter="table id" hidden><label/><input/></div>
for (const box of document.querySelectorAll("[data-filter]")) {
  const table = document.getElementById(box.dataset.filter);
  const input = box.querySelector("input");
  if (!table || !input) continue;
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
  const keys = rows.map((row) => fold(row.textContent));
  box.hidden = false;
  let timer;
  input.addEventListener("input", () => {
    const wanted = fold(input.value).split(/\s+/);
    let shown = 0;
    rows.forEach((row, index) => {
      row.hidden = !wanted.every((word) => keys[index].includes(word));
      if (!row.hidden) shown += 1;
    });
    clearTimeout(timer);
    timer = setTimeout(() => say(box.dataset.said.replace("{n}", shown)), 500);
  });
}

// Open and closed details stay as the reader left them, for this tab.
for (const details of document.querySelectorAll("details[data-keep]")) {
  const key = "mo:" + location.pathname + ":" + details.dataset.keep;
  try {
    const kept = sessionStorage.getItem(key);
    if (kept !== null) details.open = kept === "1";
    details.addEventListener("toggle", () => sessionStorage.setItem(key, details.open ? "1" : "0"));
  } catch {
    // Storage may be switched off; then nothing is remembered.
  }
}

// On a phone the navigation is wider than the page: the current item comes into view.
for (const item of document.querySelectorAll(".main-nav [aria-current]")) {
  const bar = item.closest(".main-nav");
  bar.scrollLeft = item.offsetLeft - (bar.clientWidth - item.offsetWidth) / 2;
}

// After a form with faults comes back, the summary takes the focus.
document.querySelector(".error-summary")?.focus();

// A slider beside a number field: each follows the other. The field alone is sent.
for (const slider of document.querySelectorAll("input[data-slider]")) {
  const field = document.getElementById(slider.dataset.slider);
  const comma = document.documentElement.lang === "vi";
  const digits = (slider.step.split(".")[1] ?? "").length;
  const follow = () => {
    const value = Number(comma ? field.value.replace(",", ".") : field.value);
    if (field.value.trim() && Number.isFinite(value)) slider.value = value;
  };
  slider.hidden = false;
  field.addEventListener("input", follow);
  slider.addEventListener("input", () => {
    const text = Number(slider.value).toFixed(digits);
    field.value = comma ? text.replace(".", ",") : text;
  });
  // Going back in the browser may bring a typed value back.
  addEventListener("pageshow", follow);
}

// Print buttons are there only when they can work.
for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// The account menu closes with Escape and when the focus leaves it.
for (const menu of document.querySelectorAll("details.account")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  menu.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
  });
}
