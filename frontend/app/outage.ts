const SHOWN = 8_000;

/**
 * A request for a part of the page that fails says so: with the sentence of the server if it sent one,
 * else with the page's own. What stood there, and what was filled in, stays.
 */
export function tellFailures(root: Document): void {
  root.addEventListener("htmx:responseError", (event) => {
    const xhr = (event as CustomEvent<{ xhr?: XMLHttpRequest }>).detail.xhr;
    const isSentence = xhr?.getResponseHeader("Content-Type")?.startsWith("text/plain") ?? false;
    tell(root, isSentence ? (xhr?.responseText ?? "") : "");
  });
  root.addEventListener("htmx:sendError", () => tell(root, ""));
}

let timer = 0;

function tell(root: Document, sentence: string): void {
  const place = root.querySelector<HTMLElement>("[data-failure]");
  if (place === null) return;
  const text = place.querySelector<HTMLElement>("[data-failure-text]");
  if (text) text.textContent = sentence === "" ? (place.dataset["failure"] ?? "") : sentence;
  place.hidden = false;
  window.clearTimeout(timer);
  timer = window.setTimeout(() => (place.hidden = true), SHOWN);
}
