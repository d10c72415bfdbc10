import { Controller } from "@hotwired/stimulus";

/** The box in a table's head ticks all boxes of the page; the count beside the button follows. */
export class SelectAll extends Controller<HTMLElement> {
  static override targets = ["all", "one", "count"];
  declare readonly allTarget: HTMLInputElement;
  declare readonly oneTargets: HTMLInputElement[];
  declare readonly countTargets: HTMLElement[];

  toggle(): void {
    for (const box of this.oneTargets) box.checked = this.allTarget.checked;
    this.update();
  }

  update(): void {
    const ticked = this.oneTargets.filter((box) => box.checked).length;
    this.allTarget.checked = ticked > 0 && ticked === this.oneTargets.length;
    this.allTarget.indeterminate = ticked > 0 && ticked < this.oneTargets.length;
    for (const box of this.oneTargets) box.closest("tr")?.classList.toggle("sel", box.checked);
    for (const place of this.countTargets) place.textContent = String(ticked);
  }
}
