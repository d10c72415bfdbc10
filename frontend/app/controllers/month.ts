import { Controller } from "@hotwired/stimulus";
import { cellValue, missingOf, sameValue, setCell, type Value } from "../month/cells";
import { newId, Queue, type Operation } from "../month/queue";
import { moveByKey } from "../month/keys";
import { clearIn, markRow, reveal, rowOf, saidOf, sayIn, seenOf, segOf } from "../month/row";
import { addUp } from "../month/sums";

interface Rival { value: Value; words: string; by: string; at: string }
interface Answer { id: string; member: number; cell: string; outcome: string; version: number; value: Value | null; rivals: Rival[]; sentence: string }

const AGAIN = 15_000;
const SOON = 500;

/**
 * The monthly record: each change of a cell becomes an operation with its own id, kept on this device until
 * the server has answered it. Without scripts the page is a plain form.
 */
export class Month extends Controller<HTMLElement> {
  static override targets = ["offline", "offlineText", "discard", "queue", "words", "filters", "search", "exceptions", "form", "row", "heading"];
  static override values = { key: String, url: String, points: String };
  declare readonly offlineTarget: HTMLElement;
  declare readonly offlineTextTarget: HTMLElement;
  declare readonly discardTarget: HTMLButtonElement;
  declare readonly queueTarget: HTMLElement;
  declare readonly wordsTarget: HTMLElement;
  declare readonly filtersTarget: HTMLElement;
  declare readonly searchTarget: HTMLInputElement;
  declare readonly exceptionsTarget: HTMLElement;
  declare readonly formTarget: HTMLFormElement;
  declare readonly rowTargets: HTMLTableRowElement[];
  declare readonly headingTargets: HTMLTableRowElement[];
  declare readonly keyValue: string;
  declare readonly urlValue: string;
  declare readonly pointsValue: string;
  private queue!: Queue;
  private sending = false;
  private timer = 0;
  private asking = 0;
  private only = "all";

  override connect(): void {
    this.element.classList.add("zb-live");
    this.filtersTarget.hidden = false;
    this.queue = new Queue(this.keyValue);
    for (const row of this.rowTargets) markRow(row);
    if (!this.element.classList.contains("is-open")) {
      this.tell("closed");
      this.discardTarget.hidden = false;
      return;
    }
    this.formTarget.addEventListener("change", this.changed);
    this.formTarget.addEventListener("keydown", moveByKey);
    this.formTarget.addEventListener("submit", this.stay);
    window.addEventListener("online", this.send);
    this.timer = window.setInterval(this.send, AGAIN);
    for (const operation of this.queue.items) this.replay(operation);
    this.sum();
    void this.send();
  }

  override disconnect(): void {
    window.clearInterval(this.timer);
    window.clearTimeout(this.asking);
    window.removeEventListener("online", this.send);
  }

  /** A phone's row opens below its name; one at a time. */
  toggle(event: Event): void {
    const row = rowOf(event.target);
    const opening = !row.classList.contains("open");
    for (const each of this.rowTargets) each.classList.toggle("open", opening && each === row);
    (event.currentTarget as HTMLElement).setAttribute("aria-expanded", String(opening));
  }

  /** One tap on a phone: paid or not paid; present, leave, absent. */
  next(event: Event): void {
    const button = event.currentTarget as HTMLElement;
    const row = rowOf(button);
    const cell = button.dataset["word"] ?? "";
    const radios = [...(segOf(row, cell)?.querySelectorAll<HTMLInputElement>("input") ?? [])];
    const order = cell === "dues" ? ["self", "unpaid"] : ["present", "leave", "absent"];
    const now = radios.find((radio) => radio.checked)?.value ?? "";
    const wanted = order[(order.indexOf(now) + 1) % order.length];
    const radio = radios.find((each) => each.value === wanted);
    if (radio === undefined) return;
    radio.checked = true;
    this.take(row);
  }

  filter(): void {
    const needle = this.searchTarget.value.trim().toLowerCase();
    for (const row of this.rowTargets) {
      const kept = this.only === "all" || this.keeps(row);
      const words = (row.dataset["search"] ?? "").toLowerCase().split(" ");
      row.hidden = !kept || (needle !== "" && !words.some((word, n) => (n === 0 ? word.includes(needle) : word.startsWith(needle))));
    }
    for (const heading of this.headingTargets) heading.hidden = this.only !== "all" || needle !== "";
  }

  private keeps(row: HTMLTableRowElement): boolean {
    if (this.only.startsWith("group:")) return row.dataset["group"] === this.only.slice(6);
    return this.only === "exc" ? row.classList.contains("exc") : row.dataset["floating"] === "1";
  }

  show(event: Event & { params: { show: string } }): void {
    this.only = event.params.show;
    for (const chip of this.filtersTarget.querySelectorAll(".chipf")) chip.classList.toggle("on", chip === event.currentTarget);
    this.filter();
  }

  review(): void {
    this.queueTarget.hidden = !this.queueTarget.hidden;
  }

  /** What came too late for a month that is closed, once the person has read it. */
  discard(): void {
    for (const operation of [...this.queue.items]) this.queue.remove(operation.id);
    this.tell("closed");
  }

  /** The month is handed in only when the server has everything. */
  hold(event: Event): void {
    if (this.queue.items.length === 0) return;
    event.preventDefault();
    void this.send().then(() => {
      if (this.queue.items.length === 0) return (event.target as HTMLFormElement).requestSubmit();
      this.offlineTarget.hidden = false;
      this.offlineTextTarget.textContent = this.word("wait");
      this.offlineTarget.scrollIntoView({ block: "center" });
    });
  }

  /** One of the entries that stood side by side when the page was loaded. */
  pick(event: Event): void {
    const button = event.currentTarget as HTMLElement;
    const cell = button.closest<HTMLElement>("[data-rivals]")?.dataset["rivals"] ?? "";
    this.choose(rowOf(button), cell, JSON.parse(button.dataset["value"] ?? "{}") as Value);
    void this.send();
  }

  choose(row: HTMLTableRowElement, cell: string, value: Value): void {
    this.enqueue(row, cell, value);
    this.put(row, cell, value);
    for (const block of row.querySelectorAll(`[data-rivals="${cell}"]`)) block.remove();
    this.sum();
  }

  private readonly stay = (event: Event): void => {
    event.preventDefault();
    void this.send();
  };

  private readonly changed = (event: Event): void => {
    const row = event.target instanceof Element ? event.target.closest("tr") : null;
    if (row instanceof HTMLTableRowElement) this.take(row);
  };

  private take(row: HTMLTableRowElement): void {
    clearIn(row, ".said");
    const amount = row.querySelector<HTMLInputElement>(".amt");
    if (amount && row.querySelector<HTMLInputElement>("[data-cell=dues] input:checked")?.value === "unpaid") amount.value = "";
    for (const seg of row.querySelectorAll<HTMLElement>("[data-cell]")) {
      const cell = seg.dataset["cell"] ?? "";
      const was = JSON.parse(seg.dataset["was"] ?? "{}") as Value;
      const value = cellValue(row, seg, was);
      markRow(row);
      const missing = missingOf(value);
      if (missing) {
        sayIn(row, this.word(missing));
        row.classList.add("open");
        row.querySelector<HTMLElement>(missing === "payer" ? ".pay" : ".why")?.focus();
      } else if (!sameValue(value, was)) {
        this.enqueue(row, cell, value);
      }
    }
    this.sum();
    void this.send();
  }

  private enqueue(row: HTMLTableRowElement, cell: string, value: Value): void {
    const seg = segOf(row, cell);
    const seen = seenOf(row, cell);
    if (seg === null || seen === null) return;
    const member = Number(row.dataset["member"]);
    const before = Number(seen.value);
    const replaced = this.queue.put({ id: newId(), member, cell, value, seen: before, client_at: new Date().toISOString() });
    if (!replaced) seen.value = String(before + 1);
    seg.dataset["was"] = JSON.stringify(value);
    for (const place of row.querySelectorAll("[data-part=tenths], [data-part=total]")) place.classList.add("stale");
    this.tell();
  }

  private replay(operation: Operation): void {
    const row = this.rowTargets.find((each) => Number(each.dataset["member"]) === operation.member);
    const seen = row && seenOf(row, operation.cell);
    if (!row || !seen) return;
    this.put(row, operation.cell, operation.value);
    seen.value = String(Math.max(Number(seen.value), operation.seen + 1));
  }

  private put(row: HTMLTableRowElement, cell: string, value: Value): void {
    const seg = segOf(row, cell);
    if (seg === null) return;
    setCell(row, seg, value);
    seg.dataset["was"] = JSON.stringify(value);
    markRow(row);
  }

  private readonly send = async (): Promise<void> => {
    if (this.sending || this.queue.items.length === 0) return;
    this.sending = true;
    this.tell();
    const batch = this.queue.take();
    let state = "lost";
    try {
      const token = this.formTarget.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
      const response = await fetch(this.urlValue, {
        method: "POST",
        credentials: "same-origin",
        redirect: "manual",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ operations: batch }),
      });
      if (response.ok) {
        const { answers } = (await response.json()) as { answers: Answer[] };
        for (const answer of answers) this.receive(answer);
        state = "";
      } else if (response.status === 401 || response.status === 403) {
        state = "login";
      }
    } catch {
      // No line: the operations stay on this device and are sent again.
    }
    this.sending = false;
    this.tell(state);
    if (state === "" && this.queue.items.length > 0) void this.send();
    else if (state === "") {
      window.clearTimeout(this.asking);
      this.asking = window.setTimeout(() => void this.count(), SOON);
    }
  };

  /** Points follow from the cells by the rules of the server: asked for when everything has been sent. */
  private async count(): Promise<void> {
    try {
      const response = await fetch(this.pointsValue, { credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json" } });
      if (!response.ok) return;
      const told = (await response.json()) as { rows: Record<string, [string, string]>; sum: string };
      for (const row of this.rowTargets) {
        const points = told.rows[row.dataset["member"] ?? ""];
        if (points === undefined || this.queue.items.some((each) => each.member === Number(row.dataset["member"]))) continue;
        for (const place of row.querySelectorAll<HTMLElement>("[data-part=tenths], [data-part=total]")) {
          place.textContent = points[place.dataset["part"] === "total" ? 1 : 0];
          place.classList.remove("stale");
        }
      }
      const sum = this.element.querySelector("[data-sum=points]");
      if (sum) sum.textContent = told.sum;
    } catch {
      // No line: the figures stay marked as old until the next entry or a reload.
    }
  }

  private receive(answer: Answer): void {
    const operation = this.queue.remove(answer.id);
    const row = this.rowTargets.find((each) => Number(each.dataset["member"]) === answer.member);
    if (!row || operation === undefined) return;
    const waits = this.queue.has(answer.member, answer.cell);
    const seen = seenOf(row, answer.cell);
    const seg = segOf(row, answer.cell);
    if (seg === null || seen === null) return;
    if (answer.outcome === "refused") {
      sayIn(row, answer.sentence);
      if (!waits) {
        seen.value = String(operation.seen);
        this.put(row, answer.cell, JSON.parse(seg.dataset["base"] ?? "{}") as Value);
      }
    } else {
      seg.dataset["base"] = JSON.stringify(answer.value);
      if (!waits) {
        seen.value = String(answer.version);
        if (answer.value !== null) this.put(row, answer.cell, answer.value);
      }
      if (answer.outcome === "conflict") this.differ(row, answer);
    }
    this.sum();
  }

  private differ(row: HTMLTableRowElement, answer: Answer): void {
    clearIn(row, `[data-rivals="${answer.cell}"]`);
    const block = document.createElement("div");
    block.className = "rivals";
    block.dataset["rivals"] = answer.cell;
    const head = document.createElement("b");
    head.textContent = this.word("differs");
    block.append(head);
    for (const rival of answer.rivals) {
      const line = document.createElement("span");
      line.textContent = `${rival.by} ${rival.at} ${rival.words} `;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm";
      button.textContent = this.word("mine");
      button.addEventListener("click", () => {
        this.choose(row, answer.cell, rival.value);
        void this.send();
      });
      line.append(button);
      block.append(line);
    }
    row.classList.add("asks", "exc");
    saidOf(row).append(block);
    reveal(row, block);
  }

  private tell(state = ""): void {
    const waiting = this.queue.items.length;
    const kind = state || (this.sending ? "sending" : navigator.onLine === false ? "lost" : "");
    this.offlineTarget.hidden = waiting === 0 || kind === "" || kind === "sending";
    this.offlineTextTarget.textContent = this.word(kind || "lost").replace("{n}", String(waiting));
    this.queueTarget.replaceChildren(
      ...this.queue.items.map((operation) => {
        const row = this.rowTargets.find((each) => Number(each.dataset["member"]) === operation.member);
        const line = document.createElement("li");
        const word = row ? (segOf(row, operation.cell)?.querySelector<HTMLInputElement>("input:checked")?.getAttribute("aria-label") ?? "") : "";
        line.textContent = `${row?.querySelector("b")?.textContent ?? ""} ${word}`;
        return line;
      }),
    );
    if (waiting === 0) this.queueTarget.hidden = true;
    for (const row of this.rowTargets) row.classList.toggle("busy", this.queue.items.some((each) => each.member === Number(row.dataset["member"])));
  }

  private sum(): void {
    const sums = addUp(this.rowTargets);
    for (const place of this.element.querySelectorAll<HTMLElement>("[data-sum]")) {
      const told = sums[place.dataset["sum"] ?? ""];
      if (told !== undefined) place.textContent = told;
    }
    this.exceptionsTarget.textContent = sums["exceptions"] ?? "";
    this.element.querySelector("[data-part=unpaid]")?.classList.toggle("warn", sums["unpaid"] !== "0");
  }

  private word(name: string): string {
    return this.wordsTarget.dataset[name] ?? "";
  }
}
