import { parseYuan, yuan } from "./money";

/** What a row says: fen of the ledger, how the dues came, the amount as typed, who came to which meeting. */
export interface Line {
  owed: number;
  /** Already in the branch's ledger, not by this page. */
  elsewhere: number;
  /** In the ledger of the branch the member came from. */
  prepaid: number;
  /** Nothing need be there before the quarter ends. */
  waits: boolean;
  /** Undefined where the row takes no dues: another ledger holds them. */
  how: string | undefined;
  typed: string;
  transfer: boolean;
  statuses: string[];
}

export interface Sums {
  assessed: number;
  paid: number;
  cash: number;
  unpaid: number;
  owed: number;
  came: number;
  should: number;
}

const CAME = ["present", "online", "elsewhere"];

/** Fen that the row adds. What is no amount counts as assessed until the server says what is wrong with it. */
function onPage(line: Line): number {
  return line.how === undefined || line.how === "unpaid" ? 0 : (parseYuan(line.typed) ?? line.owed);
}

/** Owes, has paid nothing, and the time for it is over. */
export function isUnpaid(line: Line): boolean {
  return line.owed > 0 && !line.waits && line.elsewhere + onPage(line) + line.prepaid === 0;
}

/** The sums that the server draws of the same rows: `add_up` of zhibu/months/rules/months.py. */
export function sumsOf(lines: Line[]): Sums {
  const sums = { assessed: 0, paid: 0, cash: 0, unpaid: 0, owed: 0, came: 0, should: 0 };
  for (const line of lines) {
    const own = onPage(line);
    sums.assessed += line.owed;
    sums.paid += line.elsewhere + own;
    if ((line.how === "self" || line.how === "proxy") && !line.transfer) sums.cash += own;
    if (isUnpaid(line)) {
      sums.unpaid += 1;
      sums.owed += line.owed;
    }
    sums.came += line.statuses.filter((status) => CAME.includes(status)).length;
    sums.should += line.statuses.filter((status) => status !== "excused").length;
  }
  return sums;
}

function lineOf(row: HTMLTableRowElement): Line {
  return {
    owed: Number(row.dataset["owed"]),
    elsewhere: Number(row.dataset["elsewhere"]),
    prepaid: Number(row.dataset["prepaid"]),
    waits: row.dataset["waits"] !== undefined,
    how: row.querySelector<HTMLInputElement>("[data-cell=dues] input:checked")?.value,
    typed: row.querySelector<HTMLInputElement>(".amt")?.value ?? "",
    transfer: row.querySelector<HTMLInputElement>(".tr input")?.checked ?? false,
    statuses: [...row.querySelectorAll<HTMLElement>("[data-cell]:not([data-cell=dues])")].map(
      (seg) => seg.querySelector<HTMLInputElement>("input:checked")?.value ?? "",
    ),
  };
}

/** The sums of the rows as they stand on the screen; the server adds them up anew when the month is handed in. */
export function addUp(rows: HTMLTableRowElement[]): Record<string, string> {
  const lines = rows.map((row) => {
    const line = lineOf(row);
    row.classList.toggle("unpaid", isUnpaid(line));
    const place = row.querySelector<HTMLElement>("[data-part=paid]");
    if (place) place.textContent = yuan(line.elsewhere + onPage(line));
    const field = row.querySelector<HTMLInputElement>(".amt");
    if (field) field.placeholder = yuan(line.how === "unpaid" ? 0 : line.owed);
    return line;
  });
  const sums = sumsOf(lines);
  return {
    assessed: yuan(sums.assessed), paid: yuan(sums.paid), cash: yuan(sums.cash), unpaid: String(sums.unpaid), owed: yuan(sums.owed),
    came: String(sums.came), should: String(sums.should), exceptions: String(rows.filter((row) => row.classList.contains("exc")).length),
  };
}
