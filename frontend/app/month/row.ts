/** One row of the monthly record: its cells, and what is said at it. */

/** The row that holds what was pressed. */
export function rowOf(target: EventTarget | null): HTMLTableRowElement {
  return (target as HTMLElement).closest("tr") as HTMLTableRowElement;
}

/** The choices of a cell. */
export function segOf(row: HTMLTableRowElement, cell: string): HTMLElement | null {
  return row.querySelector<HTMLElement>(`[data-cell="${cell}"]`);
}

/** The version of a cell that the page was made from. */
export function seenOf(row: HTMLTableRowElement, cell: string): HTMLInputElement | null {
  return row.querySelector<HTMLInputElement>(`[name="seen-${cell}-${row.dataset["member"] ?? ""}"]`);
}

/** Where sentences about the row stand. */
export function saidOf(row: HTMLTableRowElement): HTMLElement {
  return row.querySelector<HTMLElement>("[data-part=said]") ?? row;
}

export function clearIn(row: HTMLTableRowElement, selector: string): void {
  for (const each of row.querySelectorAll(selector)) each.remove();
}

/** A sentence in place of the last one. */
export function sayIn(row: HTMLTableRowElement, sentence: string): void {
  clearIn(row, ".said");
  const line = document.createElement("span");
  line.className = "said";
  line.textContent = sentence;
  saidOf(row).append(line);
  row.classList.add("asks");
  reveal(row, line);
}

/** What the person at this row has to read is not left behind the edge; who types elsewhere is not moved. */
export function reveal(row: HTMLTableRowElement, place: HTMLElement): void {
  const { top, bottom } = place.getBoundingClientRect();
  if (row.contains(document.activeElement) && (top < 60 || bottom > window.innerHeight - 120)) place.scrollIntoView({ block: "center" });
}

/** Words and colors of a row follow its cells. */
export function markRow(row: HTMLTableRowElement): void {
  let usual = true;
  for (const seg of row.querySelectorAll<HTMLElement>("[data-cell]")) {
    if (seg.dataset["base"] === undefined) seg.dataset["base"] = seg.dataset["was"] ?? "{}";
    const radio = seg.querySelector<HTMLInputElement>("input:checked");
    const word = row.querySelector<HTMLElement>(`[data-word="${seg.dataset["cell"] ?? ""}"]`);
    if (radio && word) {
      word.textContent = radio.nextElementSibling?.textContent ?? "";
      word.setAttribute("aria-label", `${row.querySelector("b")?.textContent ?? ""} ${seg.getAttribute("aria-label") ?? ""}：${radio.getAttribute("aria-label") ?? ""}`);
      word.className = `sm ${radio.parentElement?.className ?? ""}`;
    }
    if (radio && !["self", "present"].includes(radio.value)) usual = false;
  }
  const how = row.querySelector<HTMLInputElement>("[data-cell=dues] input:checked")?.value;
  row.classList.toggle("proxy", how === "proxy");
  const amount = row.querySelector<HTMLInputElement>(".amt");
  const transfer = row.querySelector<HTMLInputElement>(".tr input");
  if (amount?.value || transfer?.checked) usual = false;
  if (row.querySelector("[data-cell]")) row.classList.toggle("exc", !usual || row.querySelector("[data-rivals]") !== null);
  row.classList.toggle("asks", row.querySelector("[data-rivals], .said") !== null);
  const why = row.querySelector<HTMLElement>("[data-part=why]");
  const input = row.querySelector<HTMLInputElement>(".why");
  if (why && input) why.textContent = input.value;
}
