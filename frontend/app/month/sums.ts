const yuan = (fen: number): string => (fen / 100).toFixed(2);

/** The sums of the rows as they stand on the screen; the server adds them up anew when the month is handed in. */
export function addUp(rows: HTMLTableRowElement[]): Record<string, string> {
  let assessed = 0, paid = 0, cash = 0, unpaid = 0, owedSum = 0, came = 0, should = 0, exceptions = 0;
  for (const row of rows) {
    const owed = Number(row.dataset["owed"]);
    const elsewhere = Number(row.dataset["elsewhere"]);
    const field = row.querySelector<HTMLInputElement>(".amt");
    const how = row.querySelector<HTMLInputElement>("[data-cell=dues] input:checked")?.value;
    const typed = field?.value.trim() ?? "";
    const amount = typed === "" || Number.isNaN(Number(typed)) ? owed : Math.round(Number(typed) * 100);
    const own = how === undefined || how === "unpaid" ? 0 : amount;
    const all = elsewhere + own;
    assessed += owed;
    paid += all;
    if ((how === "self" || how === "proxy") && !row.querySelector<HTMLInputElement>(".tr input")?.checked) cash += own;
    const isUnpaid = owed > 0 && row.dataset["waits"] === undefined && all + Number(row.dataset["prepaid"]) === 0;
    if (isUnpaid) {
      unpaid += 1;
      owedSum += owed;
    }
    row.classList.toggle("unpaid", isUnpaid);
    const place = row.querySelector<HTMLElement>("[data-part=paid]");
    if (place) place.textContent = yuan(all);
    if (field) field.placeholder = yuan(how === "unpaid" ? 0 : owed);
    for (const seg of row.querySelectorAll<HTMLElement>("[data-cell]:not([data-cell=dues])")) {
      const status = seg.querySelector<HTMLInputElement>("input:checked")?.value;
      if (status !== "excused") should += 1;
      if (status === "present" || status === "online" || status === "elsewhere") came += 1;
    }
    if (row.classList.contains("exc")) exceptions += 1;
  }
  return {
    assessed: yuan(assessed), paid: yuan(paid), cash: yuan(cash), unpaid: String(unpaid), owed: yuan(owedSum),
    came: String(came), should: String(should), exceptions: String(exceptions),
  };
}
