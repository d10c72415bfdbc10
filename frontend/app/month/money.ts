// Amounts as the server reads and shows them: zhibu/core/money.py. frontend/cases/money.json holds both to it.
const YUAN = /^(\d{1,9})(?:\.(\d{1,2}))?元?$/;

/** Fen with two decimals, groups of three. */
export function yuan(fen: number): string {
  const whole = String(Math.floor(Math.abs(fen) / 100)).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${fen < 0 ? "-" : ""}${whole}.${String(Math.abs(fen) % 100).padStart(2, "0")}`;
}

/** Fen of what was typed, full width or half, with or without 元; null for what is no amount. */
export function parseYuan(text: string): number | null {
  const match = YUAN.exec(text.normalize("NFKC").replace(/[\s,]/g, ""));
  if (match === null) return null;
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0") || "0");
}
