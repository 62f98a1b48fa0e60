// The legend beside a chart: its buttons hide series, its entries bring theirs to the front.

/** What a legend calls a series. Numbered ids are of series that can be selected; the number changes with the order. */
export function nameOf(id) {
  return id.replace(/^\d+ /, "= ");
}

/**
 * Follows the legend in a panel. `redraw` hears when something was hidden or shown, `focus` the name of the series that is
 * pointed at, or null. Answers what is hidden and how to stop.
 */
export function follow(panel, redraw, focus) {
  const hidden = new Set();
  const button = (event) => event.target.closest("button[data-series-id]");

  const mark = () => {
    for (const each of panel.querySelectorAll("button[data-series-id]")) {
      each.setAttribute("aria-pressed", String(!hidden.has(each.dataset.seriesId)));
    }
  };
  const toggle = (event) => {
    const name = button(event)?.dataset.seriesId;
    if (name === undefined) return;
    if (!hidden.delete(name)) hidden.add(name);
    mark();
    // A series that goes while it is in front would leave the others in the background.
    pointTo(null);
    redraw();
  };
  let pointed = null;
  const pointTo = (name) => {
    if (name === pointed) return;
    pointed = name;
    focus(name);
  };
  const point = (event) => {
    const entry = event.target.closest(".legend li");
    pointTo(entry?.querySelector("button[data-series-id]")?.dataset.seriesId ?? null);
  };
  const leave = () => pointTo(null);

  // The legend comes anew with its numbers.
  const renewed = new MutationObserver(mark);
  renewed.observe(panel, { childList: true, subtree: true });
  const stop = new AbortController();
  const { signal } = stop;
  panel.addEventListener("click", toggle, { signal });
  panel.addEventListener("pointerover", point, { signal });
  panel.addEventListener("pointerleave", leave, { signal });
  panel.addEventListener("focusin", point, { signal });
  panel.addEventListener("focusout", leave, { signal });

  return {
    hidden,
    stop() {
      renewed.disconnect();
      stop.abort();
    },
  };
}
