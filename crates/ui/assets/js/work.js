// What the working area alone needs; every page works without this file.

// A sheet that saves by itself: what was changed is sent once one leaves a field of it, and again until it is saved; a pasted column fills the
// fields below. A field with a fault holds back nothing but itself.
for (const sheet of document.querySelectorAll("[data-autosave]")) {
  const form = sheet.closest("form");
  const at = document.getElementById("luu-luc");
  const waiting = new Set();
  const faulty = new Set();
  const fault = (field, words, pasted = false) => {
    const id = field.id + "-loi";
    let line = document.getElementById(id);
    if (!words) {
      faulty.delete(field);
      line?.remove();
      field.removeAttribute("aria-invalid");
      return;
    }
    // What was only pasted changes nothing in the field: it is no fault of what stands there.
    if (!pasted) faulty.add(field);
    if (!line) {
      line = Object.assign(document.createElement("p"), { id, className: "field-error" });
      field.after(line);
    }
    line.textContent = words;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", id);
  };
  const tell = (words) => (at.textContent = words);
  const send = async (fields) => {
    const sent = fields.map((field) => [field, field.value]);
    const body = new URLSearchParams({ phieu: form.elements.phieu.value });
    for (const [field, value] of sent) {
      body.set(field.name, value);
      body.set("ban." + field.name, form.elements["ban." + field.name].value);
    }
    const answer = await fetch(sheet.dataset.autosave, { method: "POST", body });
    const found = await answer.json();
    for (const [field] of sent) fault(field, found.faults[field.name]);
    for (const [name, version] of Object.entries(found.versions)) form.elements["ban." + name].value = version;
    for (const cell of sheet.querySelectorAll("[data-points]")) cell.textContent = found.points[cell.dataset.points] ?? cell.textContent;
    document.getElementById("tong-diem").textContent = found.total;
    for (const mark of sheet.querySelectorAll("[data-when]")) mark.hidden = !found.when[mark.dataset.when];
    for (const part of sheet.querySelectorAll("[data-live]")) part.textContent = found.live[part.dataset.live] ?? part.textContent;
    if (answer.ok) {
      for (const [field, value] of sent) if (field.value === value) waiting.delete(field);
      return;
    }
    if (found.faults["bang-diem"]) throw new Error(found.faults["bang-diem"]);
    // Nothing of this sending was saved: the fields without a fault go once more without the others.
    const good = fields.filter((field) => !faulty.has(field));
    if (good.length && good.length < fields.length) await send(good);
  };
  const save = async () => {
    const fields = [...waiting].filter((field) => !faulty.has(field));
    if (!fields.length) return;
    try {
      await send(fields);
      tell(waiting.size ? sheet.dataset.open : sheet.dataset.saved + " " + new Date().toLocaleTimeString("vi"));
    } catch (error) {
      tell(error instanceof TypeError || error instanceof SyntaxError ? sheet.dataset.failed : error.message);
    }
  };
  let queue = Promise.resolve();
  const later = () => (queue = queue.then(save));
  const note = (field) => {
    faulty.delete(field);
    waiting.add(field);
  };
  sheet.addEventListener("input", (event) => event.target.dataset.leaf && note(event.target));
  sheet.addEventListener("change", (event) => {
    if (!event.target.dataset.leaf) return;
    note(event.target);
    later();
  });
  // What could not be sent is tried again, and nobody leaves without a word while something waits.
  setInterval(later, 15000);
  let submitted = false;
  form.addEventListener("submit", () => (submitted = true));
  addEventListener("beforeunload", (event) => waiting.size && !submitted && event.preventDefault());
  sheet.addEventListener("paste", (event) => {
    const rows = event.clipboardData.getData("text").replace(/\r?\n$/, "").split(/\r?\n/).map((row) => row.replace(/\t+$/, "").split("\t"));
    const fields = [...sheet.querySelectorAll("[data-leaf]")].filter((field) => field.tagName !== "TEXTAREA");
    const first = fields.indexOf(event.target);
    const columns = Math.max(...rows.map((row) => row.length));
    if (first < 0 || (rows.length < 2 && columns < 2)) return;
    event.preventDefault();
    // Which of several columns is meant, and where values beyond the last field belong, is for a person to say: nothing is filled in by halves.
    const left = fields.length - first;
    const refusal = columns > 1 ? at.dataset.columns : rows.length > left ? at.dataset.rows : "";
    if (refusal) return fault(event.target, refusal.replace("{columns}", columns).replace("{rows}", rows.length).replace("{left}", left), true);
    rows.forEach(([cell], index) => {
      const [field, text] = [fields[first + index], cell.trim()];
      const option = [...(field.options ?? [])].find((one) => fold(one.text) === fold(text) || fold(one.value) === fold(text));
      field.value = option ? option.value : text;
      fault(field, "");
      note(field);
    });
    later();
  });
}

// Files dropped on a row of a sheet become evidence of its criterion; a file that misses the rows does not open in place of the page.
for (const sheet of document.querySelectorAll("[data-autosave]")) {
  const hint = sheet.querySelector("[data-drop-hint]");
  const form = sheet.closest("form");
  if (!hint || !form) continue;
  hint.hidden = false;
  const carries = (event) => [...event.dataTransfer.types].includes("Files");
  const tell = (row, lines, faulty) => {
    const list = row.querySelector("[data-cited]");
    row.querySelector("[data-dropped]")?.remove();
    const told = Object.assign(document.createElement("div"), { className: faulty ? "field-error" : "hint" });
    told.dataset.dropped = "";
    told.append(...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line })));
    list.after(told);
    say(lines.join(" "));
  };
  let over;
  const mark = (row) => {
    if (row === over) return;
    over?.classList.remove("dropping");
    row?.classList.add("dropping");
    over = row;
  };
  addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    const row = event.target.closest?.("[data-drop]");
    event.dataTransfer.dropEffect = row ? "copy" : "none";
    mark(row);
  });
  addEventListener("dragleave", (event) => event.relatedTarget || mark());
  addEventListener("drop", async (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    mark();
    const row = event.target.closest?.("[data-drop]");
    if (!row) return say(hint.dataset.outside);
    const body = new FormData();
    body.append("phieu", form.elements.phieu.value);
    for (const file of event.dataTransfer.files) body.append("tep", file);
    tell(row, [hint.dataset.sending], false);
    try {
      const found = await (await fetch(row.dataset.drop, { method: "POST", body })).json();
      const list = new DOMParser().parseFromString(found.list, "text/html").body;
      row.querySelector("[data-cited]").replaceChildren(...list.childNodes);
      tell(row, [found.told, ...found.faults].filter(Boolean), found.faults.length);
    } catch {
      tell(row, [hint.dataset.failed], true);
    }
  });
}

// A table pasted from Word or a spreadsheet keeps its cells: the markup goes with the form in a field of its own, the text field shows its words.
for (const field of document.querySelectorAll("textarea[data-takes-tables]")) {
  const whole = document.getElementById(field.dataset.takesTables);
  const told = document.getElementById(whole.id + "-bao");
  field.addEventListener("paste", (event) => {
    const markup = event.clipboardData.getData("text/html");
    if (!/<table/i.test(markup)) return;
    event.preventDefault();
    const rows = [...new DOMParser().parseFromString(markup, "text/html").querySelectorAll("tr")];
    const words = (cell) => cell.textContent.replace(/\s+/g, " ").trim();
    field.value = rows.map((row) => [...row.cells].map(words).join("\t")).join("\n");
    whole.value = markup;
    told.textContent = told.dataset.taken.replace("{rows}", rows.length);
  });
  // What is typed over the table is what counts.
  field.addEventListener("input", () => {
    if (!whole.value) return;
    whole.value = "";
    told.textContent = told.dataset.typed;
  });
}
