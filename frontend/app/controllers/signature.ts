import { Controller } from "@hotwired/stimulus";

const WIDTH = 600;
const HEIGHT = 200;
const STEP = 3; // units between two points of a stroke: smooth enough for a name, a few kilobytes
const LONGEST = 16_000; // the server refuses longer ones

/**
 * A field to sign in with a finger or a mouse. The strokes go into a hidden input as an SVG path in whole
 * units of the field, whatever its size on the screen. Without scripts the field stays hidden.
 */
export class Signature extends Controller<HTMLElement> {
  static override targets = ["field", "path"];
  static override values = { input: String };
  declare readonly fieldTarget: SVGSVGElement;
  declare readonly pathTarget: SVGPathElement;
  declare readonly inputValue: string;
  private strokes: string[] = [];
  private pointer: number | null = null;
  private last = { x: 0, y: 0 };

  override connect(): void {
    if (!window.PointerEvent) return;
    this.element.hidden = false;
    // A form that came back with an error still carries what was signed.
    this.strokes = this.input.value.match(/M[^M]+/g) ?? [];
    this.show();
  }

  begin(event: PointerEvent): void {
    if (this.pointer !== null || event.button !== 0) return;
    event.preventDefault();
    this.pointer = event.pointerId;
    this.fieldTarget.setPointerCapture(event.pointerId);
    this.last = this.at(event);
    // A tap is a dot: a line to where it began.
    this.strokes.push(`M${this.last.x} ${this.last.y}L${this.last.x} ${this.last.y}`);
    this.show();
  }

  move(event: PointerEvent): void {
    if (event.pointerId !== this.pointer) return;
    const points = typeof event.getCoalescedEvents === "function" ? event.getCoalescedEvents() : [];
    for (const point of points.length > 0 ? points : [event]) {
      const { x, y } = this.at(point);
      if (Math.abs(x - this.last.x) + Math.abs(y - this.last.y) < STEP) continue;
      this.last = { x, y };
      this.strokes[this.strokes.length - 1] += `L${x} ${y}`;
    }
    this.show();
  }

  end(event: PointerEvent): void {
    if (event.pointerId === this.pointer) this.pointer = null;
  }

  undo(): void {
    this.strokes.pop();
    this.show();
  }

  clear(): void {
    this.strokes = [];
    this.show();
  }

  private get input(): HTMLInputElement {
    return document.getElementById(this.inputValue) as HTMLInputElement;
  }

  private at(event: PointerEvent): { x: number; y: number } {
    const box = this.fieldTarget.getBoundingClientRect();
    const scaled = (value: number, of: number, units: number): number =>
      Math.min(Math.max(Math.round((value / of) * units), 0), units);
    return {
      x: scaled(event.clientX - box.left, box.width, WIDTH),
      y: scaled(event.clientY - box.top, box.height, HEIGHT),
    };
  }

  private show(): void {
    const path = this.strokes.join("");
    if (path.length > LONGEST) return;
    this.pathTarget.setAttribute("d", path);
    this.input.value = path;
  }
}
