import { Controller } from "@hotwired/stimulus";

/**
 * A deed that asks first. Without scripts the trigger is a link to a plain page with the same form;
 * with them the <dialog> beside it opens. Browsers that lack <dialog> follow the link.
 */
export class Dialog extends Controller<HTMLElement> {
  static override targets = ["panel"];
  declare readonly panelTarget: HTMLDialogElement;

  open(event: Event): void {
    if (typeof this.panelTarget.showModal !== "function") return;
    event.preventDefault();
    this.panelTarget.showModal();
  }

  close(event: Event): void {
    event.preventDefault();
    this.panelTarget.close();
  }
}
