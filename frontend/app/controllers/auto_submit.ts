import { Controller } from "@hotwired/stimulus";

/**
 * A filter form that sends itself a moment after the last change. Its button is hidden only then,
 * so without scripts the button is there.
 */
export class AutoSubmit extends Controller<HTMLFormElement> {
  static override values = { delay: { type: Number, default: 350 } };
  static override targets = ["button"];
  declare readonly delayValue: number;
  declare readonly buttonTargets: HTMLElement[];
  private timer = 0;
  private composing = false;

  override connect(): void {
    for (const button of this.buttonTargets) button.hidden = true;
    this.element.addEventListener("input", this.later);
    this.element.addEventListener("compositionstart", this.begin);
    this.element.addEventListener("compositionend", this.end);
  }

  override disconnect(): void {
    window.clearTimeout(this.timer);
    this.element.removeEventListener("input", this.later);
    this.element.removeEventListener("compositionstart", this.begin);
    this.element.removeEventListener("compositionend", this.end);
  }

  // Half-typed pinyin of an input method is not a search yet.
  private readonly begin = (): void => {
    this.composing = true;
  };

  private readonly end = (): void => {
    this.composing = false;
    this.later();
  };

  private readonly later = (): void => {
    window.clearTimeout(this.timer);
    if (this.composing) return;
    this.timer = window.setTimeout(() => this.element.requestSubmit(), this.delayValue);
  };
}
