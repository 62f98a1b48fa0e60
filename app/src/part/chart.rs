//! A chart in the page: ECharts draws the option, `frontend/src/chart.js` is the other side.

use leptos::{html, prelude::*, web_sys};
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    type Drawing;

    #[wasm_bindgen(js_namespace = sunset)]
    fn draw(
        element: &web_sys::HtmlElement,
        select: &Closure<dyn Fn(String)>,
        zoom: &Closure<dyn Fn(String, String)>,
    ) -> Drawing;

    #[wasm_bindgen(method)]
    fn show(this: &Drawing, option: &str);

    #[wasm_bindgen(method)]
    fn dispose(this: &Drawing);
}

/// A drawing and what it calls back; both live as long as the chart is in the page.
struct Drawn {
    drawing: Drawing,
    _select: Closure<dyn Fn(String)>,
    _zoom: Closure<dyn Fn(String, String)>,
}

impl Drop for Drawn {
    fn drop(&mut self) {
        self.drawing.dispose();
    }
}

impl Drawn {
    fn new(
        element: &web_sys::HtmlElement,
        on_select: Option<Callback<String>>,
        on_zoom: Option<Callback<(String, String)>>,
    ) -> Self {
        let select = Closure::new(move |id| {
            if let Some(select) = on_select {
                select.run(id);
            }
        });
        let zoom = Closure::new(move |from, to| {
            if let Some(zoom) = on_zoom {
                zoom.run((from, to));
            }
        });
        Self { drawing: draw(element, &select, &zoom), _select: select, _zoom: zoom }
    }
}

/// Draws an ECharts option. The same data must stand beside it as a table: a canvas says nothing to a screen reader.
#[component]
pub fn Chart(
    /// Option JSON (`crate::chart::json`); empty draws nothing.
    #[prop(into)]
    option: Signal<String>,
    /// What the chart shows, for those who do not see it.
    #[prop(into)]
    label: Signal<String>,
    /// A series was clicked, by its id: a service's name, or a TLS version.
    #[prop(optional)]
    on_select: Option<Callback<String>>,
    /// A time range was zoomed to; both ends as RFC 3339.
    #[prop(optional)]
    on_zoom: Option<Callback<(String, String)>>,
) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    // Empty on the server, where pages move between threads.
    let drawn = StoredValue::new(None::<SendWrapper<Drawn>>);
    Effect::new(move || {
        let Some(element) = place.get() else { return };
        let option = option.get();
        drawn.update_value(|drawn| {
            let drawn = drawn.get_or_insert_with(|| SendWrapper::new(Drawn::new(&element, on_select, on_zoom)));
            if !option.is_empty() {
                drawn.drawing.show(&option);
            }
        });
    });
    on_cleanup(move || {
        drawn.try_update_value(Option::take);
    });
    view! { <div class="chart" role="img" aria-label=label node_ref=place></div> }
}
