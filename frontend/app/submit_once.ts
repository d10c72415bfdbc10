/** A form that was sent is not sent again by a second click. Coming back to the page frees it. */
export function submitOnce(root: Document): void {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset["sent"]) {
      event.preventDefault();
      return;
    }
    form.dataset["sent"] = "1";
    // After the browser has read the form: a disabled button's own name and value are not sent.
    window.setTimeout(() => setButtons(form, true), 0);
  });
  root.addEventListener("htmx:afterRequest", (event) => {
    if (event.target instanceof HTMLFormElement) free(event.target);
  });
  window.addEventListener("pageshow", () => root.querySelectorAll<HTMLFormElement>("form[data-sent]").forEach(free));
}

function free(form: HTMLFormElement): void {
  delete form.dataset["sent"];
  setButtons(form, false);
}

function setButtons(form: HTMLFormElement, busy: boolean): void {
  for (const element of form.elements) {
    if (element instanceof HTMLButtonElement && element.type === "submit") {
      element.disabled = busy;
      element.toggleAttribute("aria-busy", busy);
    }
  }
}
