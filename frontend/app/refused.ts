/** The first field that was refused has the focus, also where a page lays its fields out by hand. */
export function focusRefused(root: Document): void {
  if (root.querySelector("[autofocus]") === null) root.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
}
