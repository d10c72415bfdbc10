import { Controller } from "@hotwired/stimulus";

const WARN_BEFORE = 120_000;
const LAST_SEEN = "zhibu-last-request";

/**
 * Announces the end of an idle session two minutes before it comes. Pages in other tabs count:
 * each request of this browser renews the same session.
 */
export class Idle extends Controller<HTMLElement> {
  static override targets = ["warning"];
  static override values = { minutes: Number, renew: String };
  declare readonly warningTarget: HTMLElement;
  declare readonly minutesValue: number;
  declare readonly renewValue: string;
  private timer = 0;

  override connect(): void {
    this.seen();
    document.addEventListener("htmx:afterRequest", this.seen);
    window.addEventListener("storage", this.check);
    document.addEventListener("visibilitychange", this.check);
    this.timer = window.setInterval(this.check, 10_000);
  }

  override disconnect(): void {
    window.clearInterval(this.timer);
    document.removeEventListener("htmx:afterRequest", this.seen);
    window.removeEventListener("storage", this.check);
    document.removeEventListener("visibilitychange", this.check);
  }

  async renew(): Promise<void> {
    const response = await fetch(this.renewValue, { credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json" } });
    if (response.status === 204) this.seen();
    else window.location.reload();
  }

  private readonly seen = (): void => {
    try {
      window.localStorage.setItem(LAST_SEEN, String(Date.now()));
    } catch {
      // A browser that forbids storage only loses the warning across tabs.
    }
    this.last = Date.now();
    this.check();
  };

  private last = Date.now();

  private readonly check = (): void => {
    let last = this.last;
    try {
      last = Math.max(last, Number(window.localStorage.getItem(LAST_SEEN)) || 0);
    } catch {
      // see above
    }
    const left = last + this.minutesValue * 60_000 - Date.now();
    this.warningTarget.hidden = left > WARN_BEFORE || left <= 0;
    if (left <= 0) window.location.reload();
  };
}
