import { Controller } from "@hotwired/stimulus";

/** A <details> that behaves like a menu: closes on Escape and on a click elsewhere. */
export class Popup extends Controller<HTMLDetailsElement> {
  override connect(): void {
    document.addEventListener("click", this.away);
    document.addEventListener("keydown", this.key);
  }

  override disconnect(): void {
    document.removeEventListener("click", this.away);
    document.removeEventListener("keydown", this.key);
  }

  private readonly away = (event: MouseEvent): void => {
    if (event.target instanceof Node && !this.element.contains(event.target)) this.element.open = false;
  };

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.element.open) return;
    this.element.open = false;
    this.element.querySelector("summary")?.focus();
  };
}
