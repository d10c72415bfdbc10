import type { Value } from "./cells";

export interface Operation {
  id: string;
  member: number;
  cell: string;
  value: Value;
  seen: number;
  client_at: string;
}

type Kept = Operation & { tried?: boolean };
const AT_ONCE = 50;

/** A random id of version 4: crypto.randomUUID is unknown to Chromium 86. */
export function newId(): string {
  const bytes = window.crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Operations that have no receipt yet, kept in this browser; they leave only by one. */
export class Queue {
  items: Kept[] = [];

  constructor(private readonly key: string) {
    try {
      const stored: unknown = JSON.parse(window.localStorage.getItem(key) ?? "[]");
      if (Array.isArray(stored)) this.items = stored as Kept[];
    } catch {
      // Storage that is forbidden or spoilt: the page works, only a reload loses what was not sent.
    }
  }

  /** True when an operation on the cell that never left this device took the new value instead. */
  put(operation: Operation): boolean {
    const waiting = this.items.find((each) => each.member === operation.member && each.cell === operation.cell && !each.tried);
    if (waiting === undefined) this.items.push(operation);
    else waiting.value = operation.value;
    this.keep();
    return waiting !== undefined;
  }

  /** The next to send; from now on they may have arrived. */
  take(): Operation[] {
    const batch = this.items.slice(0, AT_ONCE);
    for (const each of batch) each.tried = true;
    this.keep();
    return batch.map(({ tried: _tried, ...operation }) => operation);
  }

  remove(id: string): Operation | undefined {
    const found = this.items.find((each) => each.id === id);
    this.items = this.items.filter((each) => each.id !== id);
    this.keep();
    return found;
  }

  has(member: number, cell: string): boolean {
    return this.items.some((each) => each.member === member && each.cell === cell);
  }

  private keep(): void {
    try {
      if (this.items.length > 0) window.localStorage.setItem(this.key, JSON.stringify(this.items));
      else window.localStorage.removeItem(this.key);
    } catch {
      // see above
    }
  }
}
