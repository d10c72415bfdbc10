import { Controller } from "@hotwired/stimulus";

/** Arrow keys and Enter in the organization switcher; the options themselves come from the server. */
export class OrgSwitch extends Controller<HTMLElement> {
  static override targets = ["input", "list"];
  declare readonly inputTarget: HTMLInputElement;
  declare readonly listTarget: HTMLElement;

  opened(): void {
    window.requestAnimationFrame(() => this.inputTarget.focus());
  }

  move(event: KeyboardEvent): void {
    const options = [...this.listTarget.querySelectorAll<HTMLElement>("a")];
    if (!options.length) return;
    const at = options.indexOf(document.activeElement as HTMLElement);
    if (event.key === "ArrowDown") options[Math.min(at + 1, options.length - 1)]?.focus();
    else if (event.key === "ArrowUp" && at <= 0) this.inputTarget.focus();
    else if (event.key === "ArrowUp") options[at - 1]?.focus();
    else if (event.key === "Enter" && at < 0) options[0]?.click();
    else return;
    event.preventDefault();
  }
}
