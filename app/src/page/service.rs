//! `/services/NAME`: the same questions for one service, and whether enforcing is safe for it.

use super::{framed, overview::panels};
use crate::{api::Piece, part::piece::ask};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

#[component]
pub fn Page() -> impl IntoView {
    let params = use_params_map();
    let service = Memo::new(move |_| params.with(|p| p.get("service")).unwrap_or_default());
    // Another service is another page: nothing of the one before is kept.
    move || {
        let service = service.get();
        let lead = ask(Piece::Service, &service);
        let panels = panels(&service, None);
        // leptos_meta writes titles as they are: markup in a service's name must not become any.
        let title = service.replace(['<', '>', '&'], " ");
        view! { <Title text=title/> {framed(lead, panels)} }
    }
}
