import { Controller } from "@hotwired/stimulus";

/**
 * A link or form beside a list that narrows itself in place: it goes out with the conditions of the list as they
 * are now. Without scripts every narrowing loads the page, whose links carry them already. The parameters named by
 * `keep` stay as they are where the page's own address does not state them.
 */
export class Conditions extends Controller<HTMLAnchorElement | HTMLFormElement> {
  static override values = { keep: String };
  declare readonly keepValue: string;

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
    const element = this.element;
    if (element instanceof HTMLFormElement && element.method === "get") {
      // The fields of such a form replace the query of its address: its hidden ones carry the conditions.
      for (const field of element.querySelectorAll<HTMLInputElement>('input[type="hidden"]')) {
        field.value = asked.get(field.name) ?? "";
      }
      return;
    }
    const name = element instanceof HTMLFormElement ? "action" : "href";
    const address = new URL(element.getAttribute(name) ?? "", window.location.href);
    for (const each of this.keepValue.split(" ").filter(Boolean)) {
      const own = address.searchParams.get(each);
      if (own !== null && !asked.has(each)) asked.set(each, own);
    }
    address.search = asked.toString();
    element.setAttribute(name, address.pathname + address.search);
  };
}
