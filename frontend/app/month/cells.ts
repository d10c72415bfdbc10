import { parseYuan, yuan } from "./money";

export type Value = Record<string, string | number>;

/** Fen of an amount as typed; null for none, the text itself when it is no amount, so that the server says so. */
export function fenOf(text: string): number | string | null {
  const typed = text.trim();
  if (typed === "") return null;
  const sign = /^[-−－]/.test(typed) ? -1 : 1;
  const fen = parseYuan(sign < 0 ? typed.slice(1) : typed);
  return fen === null ? typed : sign * fen;
}

/** What a cell says now. A row has one reason for all its cells: left as it is, each cell keeps its own. */
export function cellValue(row: HTMLElement, seg: HTMLElement, was: Value): Value {
  const radio = seg.querySelector<HTMLInputElement>("input:checked");
  const input = row.querySelector<HTMLInputElement>(".why");
  const touched = input !== null && input.value.trim() !== input.defaultValue;
  const typed = input?.value.trim() ?? "";
  const word = radio?.value ?? "";
  if (seg.dataset["cell"] !== "dues") {
    const reason = !touched && was["status"] === word ? (was["reason"] ?? "") : typed;
    return word !== "present" && reason !== "" ? { status: word, reason } : { status: word };
  }
  const value: Value = { how: word };
  if (word === "proxy") value["payer"] = row.querySelector<HTMLInputElement>(".pay")?.value.trim() ?? "";
  const amount = fenOf(row.querySelector<HTMLInputElement>(".amt")?.value ?? "");
  const owed = Number(row.dataset["owed"]);
  if (amount !== null && word !== "unpaid" && amount !== owed) value["amount"] = amount;
  if (row.querySelector<HTMLInputElement>(".tr input")?.checked && ["self", "proxy"].includes(word)) value["channel"] = "transfer";
  const note = !touched && was["how"] === word ? (was["note"] ?? "") : typed;
  if (note !== "" && ["unpaid", "host"].includes(word)) value["note"] = note;
  return value;
}

/** What a value still wants before it can be sent: the proxy's name, how a host's receipt is known, a listed reason. */
export function missingOf(value: Value): "payer" | "note" | "excuse" | "" {
  if (value["how"] === "proxy" && !value["payer"]) return "payer";
  if (value["how"] === "host" && !value["note"]) return "note";
  return value["status"] === "excused" && !value["reason"] ? "excuse" : "";
}

/** Show a value in its cell. */
export function setCell(row: HTMLElement, seg: HTMLElement, value: Value): void {
  const word = value["how"] ?? value["status"];
  for (const radio of seg.querySelectorAll<HTMLInputElement>("input")) radio.checked = radio.value === word;
  const why = row.querySelector<HTMLInputElement>(".why");
  const text = value["note"] ?? value["reason"];
  if (why && typeof text === "string" && why.value === "" && !/^[a-z_]+$/.test(text)) {
    why.value = text;
    why.defaultValue = text;
  }
  if (seg.dataset["cell"] !== "dues") return;
  const payer = row.querySelector<HTMLInputElement>(".pay");
  const amount = row.querySelector<HTMLInputElement>(".amt");
  const transfer = row.querySelector<HTMLInputElement>(".tr input");
  if (payer) payer.value = String(value["payer"] ?? "");
  if (amount) amount.value = typeof value["amount"] === "number" ? yuan(value["amount"]) : String(value["amount"] ?? "");
  if (transfer) transfer.checked = value["channel"] === "transfer";
}

export function sameValue(one: Value, other: Value): boolean {
  const text = (value: Value): string => JSON.stringify(Object.keys(value).sort().map((key) => [key, value[key]]));
  return text(one) === text(other);
}
