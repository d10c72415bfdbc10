import { Controller } from "@hotwired/stimulus";

/**
 * A link or form beside a list that narrows itself in place: it goes out with the conditions of the list as they
 * are now. Without scripts every narrowing loads the page, whose links carry them already.
 */
export class Conditions extends Controller<HTMLAnchorElement | HTMLFormElement> {
  override connect(): void {
    this.element.addEventListener(this.deed, this.carry);
  }

  override disconnect(): void {
    this.element.removeEventListener(this.deed, this.carry);
  }

  private get deed(): "click" | "submit" {
    return this.element instanceof HTMLFormElement ? "submit" : "click";
  }

  private readonly carry = (): void => {
    const asked = new URLSearchParams(window.location.search);
    asked.delete("page");
    const name = this.element instanceof HTMLFormElement ? "action" : "href";
    const address = new URL(this.element.getAttribute(name) ?? "", window.location.href);
    address.search = asked.toString();
    this.element.setAttribute(name, address.pathname + address.search);
  };
}
