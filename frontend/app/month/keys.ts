const FIELDS = ".pay, .amt, .why";

/** The grid by keyboard: arrows go from cell to cell, digits choose, Enter goes to the next row. */
export function moveByKey(event: KeyboardEvent): void {
  const target = event.target;
  if (!(target instanceof HTMLInputElement) || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const seg = target.closest<HTMLElement>("[data-cell]");
  const row = target.closest<HTMLTableRowElement>("tr");
  if (row === null || (seg === null && !target.matches(FIELDS))) return;
  if (seg !== null && /^[1-9]$/.test(event.key)) {
    const radio = seg.querySelectorAll<HTMLInputElement>("input")[Number(event.key) - 1];
    if (radio) {
      radio.checked = true;
      radio.focus();
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    }
    event.preventDefault();
    return;
  }
  const down = event.key === "ArrowDown" || event.key === "Enter";
  if (down || event.key === "ArrowUp") {
    const name = seg ? `[data-cell="${seg.dataset["cell"] ?? ""}"] input:checked` : `.${target.className}`;
    let next = (down ? row.nextElementSibling : row.previousElementSibling) as HTMLElement | null;
    while (next && (next.hidden || !next.querySelector(name))) next = (down ? next.nextElementSibling : next.previousElementSibling) as HTMLElement | null;
    if (next) focus(next.querySelector<HTMLInputElement>(name));
    else if (event.key === "Enter") document.querySelector<HTMLInputElement>("#count input:not([type=hidden])")?.focus();
    event.preventDefault();
    return;
  }
  if (seg === null || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
  const cells = [...row.querySelectorAll<HTMLElement>("[data-cell], .why")];
  const beside = cells[cells.indexOf(seg) + (event.key === "ArrowRight" ? 1 : -1)];
  if (beside) focus(beside instanceof HTMLInputElement ? beside : beside.querySelector<HTMLInputElement>("input:checked"));
  event.preventDefault();
}

function focus(field: HTMLInputElement | null): void {
  field?.focus();
  if (field && field.type !== "radio") field.select();
}
